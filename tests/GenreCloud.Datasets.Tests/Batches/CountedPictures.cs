using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Batches;

/// <summary>A network that counts the single pictures that are asked for.</summary>
internal sealed class CountedPictures : HttpPipelineSynchronousPolicy
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The account's blobs behind this network.</summary>
    public BlobServiceClient BlobsOf(StorageAccount account)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new BlobServiceClient(account.ConnectionString, options);
    }

    /// <summary>Waits until so many were asked for.</summary>
    public async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        while (Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Uri.Path.EndsWith(".tar", StringComparison.Ordinal) && message.Request.Headers.TryGetValue("x-ms-range", out _))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
