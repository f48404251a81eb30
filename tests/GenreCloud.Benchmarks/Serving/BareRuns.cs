using System.Diagnostics;
using GenreCloud.Datasets;
using Microsoft.ML.OnnxRuntime;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>ONNX Runtime alone, on decoded spectrograms: what the machine can do.</summary>
/// <param name="onnx">The model.</param>
/// <param name="threads">Inside one run.</param>
/// <param name="pictures">uint8 [128,1292] each.</param>
internal sealed class BareRuns(byte[] onnx, int threads, IReadOnlyList<byte[]> pictures) : IDisposable
{
    private readonly SessionOptions _options = new() { IntraOpNumThreads = threads };
    private InferenceSession? _session;

    /// <summary>So many runs at once, one after the other in each of as many threads.</summary>
    public async Task<Latencies> RunAsync(int concurrency, TimeSpan duration)
    {
        _session ??= new InferenceSession(onnx, _options);
        var started = Stopwatch.GetTimestamp();
        var lanes = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(lane => Task.Factory.StartNew(
            () => Lane(lane, started, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return new Latencies([.. lanes.SelectMany(lane => lane)], Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    public void Dispose()
    {
        _session?.Dispose();
        _options.Dispose();
    }

    private List<double> Lane(int lane, long started, TimeSpan duration)
    {
        var milliseconds = new List<double>();
        using var options = new RunOptions();
        for (var run = lane; Stopwatch.GetElapsedTime(started) < duration; run++)
        {
            var began = Stopwatch.GetTimestamp();
            using var input = OrtValue.CreateTensorValueFromMemory(
                pictures[run % pictures.Count], [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]);
            using var output = _session!.Run(options, ["spectrogram"], [input], ["probabilities"]);
            milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return milliseconds;
    }
}
