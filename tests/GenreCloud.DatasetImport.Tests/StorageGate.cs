using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>Holds the first request of a kind on its way to the real Azurite, until the test has done what is to come between.</summary>
/// <param name="holds">Method, path and query of a request, for example "PUT /account/datasets/genres/1/deletion.json".</param>
internal sealed class StorageGate(Func<string, bool> holds) : HttpPipelinePolicy
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the request has come.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets it pass.</summary>
    public void Open() => _opened.SetResult();

    /// <summary>Puts itself in front of the blobs of a service.</summary>
    public void Watch(WebApplicationBuilder builder, StorageAccount account) => builder.Services.AddSingleton(BlobsOf(account));

    /// <summary>The account's blobs behind it.</summary>
    public BlobServiceClient BlobsOf(StorageAccount account)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new BlobServiceClient(account.ConnectionString, options);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!_reached.Task.IsCompleted && holds($"{message.Request.Method} {message.Request.Uri.ToUri().PathAndQuery}"))
        {
            _reached.SetResult();
            await _opened.Task.WaitAsync(message.CancellationToken);
        }

        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
}
