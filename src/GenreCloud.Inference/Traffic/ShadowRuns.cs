using System.Diagnostics;
using System.Threading.Channels;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Serving;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Traffic;

/// <summary>
/// Lets another version answer copies of requests, only while the machine has nothing else to do: a run is ended as soon as a request wants its
/// slot, and what comes faster than it can be answered is dropped. No answer waits for it, or fails with it.
/// </summary>
internal sealed partial class ShadowRuns(ModelServer server, RunSlots slots, TimeProvider time, ILogger<ShadowRuns> logger) : BackgroundService
{
    /// <summary>Copies that may wait: each holds a decoded spectrogram, and what is compared should be of now.</summary>
    private const int Capacity = 8;

    private static readonly string[] Outputs = [ModelSignature.Probabilities];

    private readonly Channel<Copy> _copies = Channel.CreateBounded<Copy>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Notes what a version answered, and gives a copy to the other one where that is due.</summary>
    /// <param name="pixels">uint8 [1,128,1292]; must not be changed afterwards.</param>
    /// <param name="tabular">float32 [1,columns] or empty; must not be changed afterwards.</param>
    /// <param name="answer">float32 [1,classes].</param>
    public void Observe(TrafficRoute route, int version, Memory<byte> pixels, Memory<float> tabular, float[] answer, TimeSpan run)
    {
        route.Comparison.AddAnswer(version, run);
        if (route.ShadowOf(version) is { } other
            && !_copies.Writer.TryWrite(new Copy(route, other, pixels, tabular, MostProbable(answer), Activity.Current?.Context ?? default)))
        {
            Drop(route, other);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Activity.Current = null;
        await foreach (var copy in _copies.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await RunAsync(copy, stoppingToken);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                Drop(copy.Route, copy.Version);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                copy.Route.Comparison.AddFailed();
                InferenceTelemetry.CountShadow(copy.Route.Model, copy.Version, "failed");
                LogFailure(exception, copy.Route.Model, copy.Version);
            }
        }
    }

    private async Task RunAsync(Copy copy, CancellationToken cancellationToken)
    {
        using var use = await server.UseAsync(copy.Route.Model, copy.Version, cancellationToken);
        using var slot = await slots.EnterIdleAsync(cancellationToken);
        var started = time.GetTimestamp();
        var answer = use.Run(Outputs, copy.Pixels, copy.Tabular, slot.Wanted, copy.Parent)[0];
        var agreed = MostProbable(answer) == copy.Label;
        copy.Route.Comparison.AddShadow(copy.Version, time.GetElapsedTime(started), agreed);
        InferenceTelemetry.CountShadow(copy.Route.Model, copy.Version, agreed ? "agreed" : "disagreed");
    }

    private static void Drop(TrafficRoute route, int version)
    {
        route.Comparison.AddDropped();
        InferenceTelemetry.CountShadow(route.Model, version, "dropped");
    }

    private static int MostProbable(float[] answer) => Array.IndexOf(answer, answer.Max());

    [LoggerMessage(LogLevel.Warning, "{Model} version {Version} cannot answer a copy of a request")]
    private partial void LogFailure(Exception exception, string model, int version);

    private sealed record Copy(TrafficRoute Route, int Version, Memory<byte> Pixels, Memory<float> Tabular, int Label, ActivityContext Parent);
}
