using System.ComponentModel.DataAnnotations;

namespace GenreCloud.Inference;

/// <summary>Settings of the inference service, read from the configuration section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    /// <summary>
    /// The largest body that <c>POST /api/classify</c> reads, and the largest file of a batch, in bytes. A spectrogram PNG has about 100 KB, 20
    /// minutes of MP3 at 320 kbit/s have 48 MB.
    /// </summary>
    [Range(1024, 1L << 30)]
    public long MaxRequestBytes { get; set; } = 64L << 20;

    /// <summary>The longest song that is classified. One minute takes 5 MB of memory, and every 15 s one more run of the model.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "10:00:00")]
    public TimeSpan MaxSongDuration { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How many files one <c>POST /api/classify/batch</c> may have. Their answers, a few KB each, are kept until the client takes them.</summary>
    [Range(1, 100_000)]
    public int MaxBatchFiles { get; set; } = 1000;

    /// <summary>Threads that ONNX Runtime uses inside one prediction; 0 = one for each core.</summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; }

    /// <summary>How many model versions stay loaded; past that the least recently used one is unloaded.</summary>
    [Range(1, 1000)]
    public int MaxLoadedModels { get; set; } = 8;

    /// <summary>How often the registry is asked which versions are in production: within this a moved alias counts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(2);
}
