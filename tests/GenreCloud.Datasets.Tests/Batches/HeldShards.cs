using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Batches;

/// <summary>A slow network: whole shards do not arrive until they are released; single pictures and all else do.</summary>
internal sealed class HeldShards : HttpPipelinePolicy
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The account's blobs behind this network.</summary>
    public BlobServiceClient BlobsOf(StorageAccount account)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new BlobServiceClient(account.ConnectionString, options);
    }

    public void Release() => _released.TrySetResult();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Uri.Path.EndsWith(".tar", StringComparison.Ordinal) && !message.Request.Headers.TryGetValue("x-ms-range", out _))
        {
            await _released.Task.WaitAsync(message.CancellationToken);
        }

        await ProcessNextAsync(message, pipeline);
    }
}
