using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>Sits between a service and the real Azurite: counts blocks that the storage fetches itself, and can let the process die before a copy.</summary>
internal sealed class HeldCopy : HttpPipelineSynchronousPolicy
{
    private const string CopySource = "x-ms-copy-source";

    private int _copiedBlocks;
    private bool _holds;
    private bool _isCut;

    public int CopiedBlocks => Volatile.Read(ref _copiedBlocks);

    /// <summary>From the first copy of a blob on, nothing arrives.</summary>
    public void Hold(WebApplicationBuilder builder, StorageAccount account)
    {
        _holds = true;
        Watch(builder, account);
    }

    public void Watch(WebApplicationBuilder builder, StorageAccount account)
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        builder.Services.AddSingleton(new BlobServiceClient(account.ConnectionString, options));
    }

    public override void OnSendingRequest(HttpMessage message)
    {
        var isBlock = message.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal);
        _isCut |= _holds && !isBlock && message.Request.Headers.Contains(CopySource) && message.Request.Uri.Path.Contains("/sources/", StringComparison.Ordinal);
        if (_isCut && message.Request.Uri.Path.Contains("/sources/", StringComparison.Ordinal) && !message.Request.Uri.Path.EndsWith(".lease", StringComparison.Ordinal))
        {
            throw new RequestFailedException("The line is cut.");
        }
    }

    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Request.Headers.Contains(CopySource) && message.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal) && message.Response.Status == 201)
        {
            Interlocked.Increment(ref _copiedBlocks);
        }
    }
}
