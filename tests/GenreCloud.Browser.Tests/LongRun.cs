using Azure.Storage.Blobs.Specialized;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Browser.Tests;

/// <summary>A run with many steps, which nobody has to wait for.</summary>
internal static class LongRun
{
    /// <summary>Trains the quickest network for an epoch, and puts as many steps as wanted into the place of those that it made.</summary>
    /// <returns>The id of the run.</returns>
    public static async Task<string> MakeAsync(Uri services, StorageAccount account, int count, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = services };
        await SampleSystem.ImportAsync(client, cancellationToken);
        var run = await SampleSystem.DoAsync(client, "/api/runs", new { dataset = SampleSystem.Dataset, architecture = "linear", epochs = 1, register = false }, cancellationToken);
        var steps = Enumerable.Range(1, count).Select(step => new StepMetrics
        {
            Epoch = 1,
            Step = step,
            Loss = 2 + Math.Sin(step / 50.0) + (step * 7919 % 1000 / 1000.0),
            LearningRate = 0.001 * step / count,
            GradientNorm = 1,
            ImagesPerSecond = 100 + (step % 10),
        });
        var log = new AppendLog<RunMetrics>(account.Blobs.GetBlobContainerClient(StorageNames.Containers.Runs).GetAppendBlobClient($"{run}/metrics.jsonl"));
        await log.BeginAnewAsync(steps, cancellationToken);
        return run;
    }
}
