using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>
/// Sits between a service and the real Azurite: counts what is read of the staged sources, and can hold one request until
/// the service gives it up.
/// </summary>
internal sealed class StorageTraffic : HttpPipelinePolicy
{
    private readonly TaskCompletionSource _holding = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sourceBytes;
    private int _sourceReads;

    /// <summary>Bytes read from container sources so far.</summary>
    public long SourceBytes => Interlocked.Read(ref _sourceBytes);

    /// <summary>Requests that read from container sources so far.</summary>
    public int SourceReads => Volatile.Read(ref _sourceReads);

    /// <summary>Writes to blobs whose address ends in this are held; null for none.</summary>
    public string? HeldWrite { get; init; }

    /// <summary>Completes when a request is held.</summary>
    public Task Holding => _holding.Task;

    /// <summary>Completes when the service gives a held request up.</summary>
    public Task Released => _released.Task;

    /// <summary>Puts itself in front of the blobs of a service.</summary>
    public void Watch(WebApplicationBuilder builder, StorageAccount account)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        builder.Services.AddSingleton(new BlobServiceClient(account.ConnectionString, options));
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (HeldWrite is { } held && message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.EndsWith(held, StringComparison.Ordinal))
        {
            _holding.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, message.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _released.TrySetResult();
            message.CancellationToken.ThrowIfCancellationRequested();
        }

        await ProcessNextAsync(message, pipeline);
        if (message.Request.Method == RequestMethod.Get && message.Request.Uri.Path.Contains("/sources/", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _sourceReads);
            Interlocked.Add(ref _sourceBytes, message.Response.Headers.ContentLength ?? 0);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
}
