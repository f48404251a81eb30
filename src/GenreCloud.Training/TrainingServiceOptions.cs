using System.ComponentModel.DataAnnotations;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.Training;

/// <summary>Settings of the training service, read from the configuration section <c>Training</c>.</summary>
public sealed class TrainingServiceOptions
{
    /// <summary>
    /// Where shards are kept while a run reads them. Derived and disposable: what is missing is fetched again.
    /// Relative paths count from the working directory.
    /// </summary>
    [Required]
    public string CacheDirectory { get; set; } = Path.Combine(Path.GetTempPath(), "genrecloud-shards");

    /// <summary>
    /// What the shards in that folder may take, in bytes; those that were used longest ago make room for others. A run whose shards
    /// do not fit reads pictures one by one from the storage.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long CacheMaxBytes { get; set; } = ShardCache.DefaultMaxBytes;

    /// <summary>
    /// What decoded spectrograms may take in that folder besides, in bytes, 165 KB each; 0 keeps none. For devices that train faster than
    /// spectrograms are decoded: they are decoded in a run's first epoch only.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long DecodedCacheMaxBytes { get; set; }

    /// <summary>How often a run's training is saved, besides at the end of each epoch.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Threads that libtorch, and ONNX Runtime in evaluations, use inside one operation; 0 = one for each core.</summary>
    [Range(0, 256)]
    public int Threads { get; set; }

    /// <summary><see cref="Threads"/>, counted out.</summary>
    internal int TorchThreads => Threads > 0 ? Threads : Environment.ProcessorCount;
}
