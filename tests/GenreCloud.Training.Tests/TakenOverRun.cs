using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Testing;

namespace GenreCloud.Training.Tests;

/// <summary>Lets something happen to a run while its process is about to write a blob with this ending, once.</summary>
internal sealed class TakenOverRun(string ending, Func<Task> happens) : HttpPipelinePolicy
{
    private bool _happened;

    /// <summary>The account's blobs as that process reaches them.</summary>
    public BlobServiceClient BlobsOf(StorageAccount account)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new BlobServiceClient(account.ConnectionString, options);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!_happened && message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.EndsWith(ending, StringComparison.Ordinal))
        {
            _happened = true;
            await happens();
        }

        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
}
