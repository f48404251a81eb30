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

    /// <summary>
    /// Threads that ONNX Runtime uses inside one prediction; 0 = one for each core. As many predictions run at once as these fit into the cores.
    /// </summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>How many requests may wait while as many as possible run; the next one is refused with 429.</summary>
    [Range(0, 100_000)]
    public int MaxQueuedRequests { get; set; } = 32;

    /// <summary>How long a request may take from its arrival, whatever it asks for by itself: past it the answer is 504.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan MaxRequestDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The memory, in bytes, that loaded model versions may take together; past it those that were used longest ago are unloaded, those that are
    /// in production last. The version that is loaded stays in any case, so one more may be there while a new one takes over.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long ModelMemoryBytes { get; set; } = 1L << 30;

    /// <summary>How often the registry is asked which versions are in production: within this a moved alias counts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many predictions run at once: as many as their threads fit into the cores.</summary>
    internal int ConcurrentRuns => IntraOpThreads == 0 ? 1 : Math.Max(1, Environment.ProcessorCount / IntraOpThreads);
}
