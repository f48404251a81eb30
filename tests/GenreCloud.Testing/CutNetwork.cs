using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace GenreCloud.Testing;

/// <summary>Lets a process die, as the storage sees it: from the first write of a blob with this ending on, nothing arrives.</summary>
/// <param name="ending">Of the blob's address.</param>
/// <param name="after">Writes count only after one of a blob with this ending; null for all.</param>
public sealed class CutNetwork(string ending, string? after = null) : HttpPipelineSynchronousPolicy
{
    private bool _counts = after is null;
    private bool _isCut;

    /// <summary>The account's blobs behind this network.</summary>
    public BlobServiceClient BlobsOf(StorageAccount account)
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new BlobServiceClient(account.ConnectionString, options);
    }

    public override void OnSendingRequest(HttpMessage message)
    {
        _isCut |= _counts && IsWriteOf(message.Request, ending);
        if (_isCut)
        {
            throw new RequestFailedException("The line is cut.");
        }

        _counts |= after is not null && IsWriteOf(message.Request, after);
    }

    private static bool IsWriteOf(Request request, string ending) =>
        request.Method == RequestMethod.Put && request.Uri.Path.EndsWith(ending, StringComparison.Ordinal);
}
