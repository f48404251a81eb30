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

    /// <summary>
    /// The longest song that is classified. One minute takes 5 MB of memory while it is decoded, and every 15 s one more run of the model, for which 165 KB wait.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:30", "10:00:00")]
    public TimeSpan MaxSongDuration { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// How many files one <c>POST /api/classify/batch</c> may have. Their answers, a few KB each, 25 KB of a song of 20 minutes, are kept until the client takes them.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxBatchFiles { get; set; } = 1000;

    /// <summary>
    /// Threads that ONNX Runtime uses inside one prediction; 0 = one for each core. As many predictions run at once as these fit into the cores.
    /// </summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>
    /// How many requests may wait for each prediction that can run at once (<see cref="ConcurrentRuns"/>); the next one is refused with 429. With 4, a request
    /// that is let in waits for four others at most, however many come: an answer takes up to five times as long as on an idle machine, and no longer.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxQueuedRequestsPerRun { get; set; } = 4;

    /// <summary>
    /// The memory, in bytes, that bodies may take together from their first byte to the answer; the next ones are refused with 429. At least
    /// <see cref="MaxRequestBytes"/>; 256 MiB by default, four of the largest or fifty songs of three minutes.
    /// </summary>
    /// <remarks>
    /// Songs are decoded only while they run, so the most that requests take is this; for each of the <see cref="ConcurrentRuns"/> that run, while it is decoded,
    /// three times its body (an M4A is arranged anew) and three times its samples (a buffer that grows), and an ffmpeg of at most 1 GiB of address space,
    /// of which it uses some 60 MB; and for each request that runs or waits, and each batch, its windows, where it has had a run and waits for the next. Requests of the
    /// Open Inference Protocol take less: their bodies are read where they lie, into tensors of 10 MiB. By default, with songs of 20 minutes, bodies of 64 MiB and two
    /// cores: 256 MiB + 2 x (3 x 64 MiB + 3 x 101 MiB + 60 MiB) + (10 + 10) x 12.5 MiB = 1.6 GiB, and where ffmpeg takes all that it may, 3.5 GiB. To that come the
    /// models (<see cref="ModelMemoryBytes"/>), and the answers of batches whose clients do not read them (<see cref="MaxBatchFiles"/>).
    /// </remarks>
    [Range(1024, 1L << 40)]
    public long MaxWaitingBytes { get; set; } = 256L << 20;

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

    /// <summary>How many requests may wait while as many as possible run.</summary>
    internal int MaxQueuedRequests => MaxQueuedRequestsPerRun * ConcurrentRuns;
}
