using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace GenreCloud.Storage;

/// <summary>Clients from what a connection string may be: a connection string, or a bare https endpoint.</summary>
internal static class StorageClients
{
    /// <summary>For a caller that wants to know soon, and tries again itself.</summary>
    public static TOptions WithoutRetries<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        return options;
    }

    /// <summary>
    /// With each request's body goes its MD5: what is damaged on its way is refused. Azurite then spares itself a CRC-64 of every
    /// block, which takes it three times as long as all the rest of an upload.
    /// </summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static BlobServiceClient CreateBlobs(string connection, BlobClientOptions? options = null)
    {
        options ??= new BlobClientOptions();
        options.TransferValidation.Upload.ChecksumAlgorithm = StorageChecksumAlgorithm.MD5;
        return TryGetEndpoint(connection) is { } endpoint
            ? new BlobServiceClient(endpoint, new DefaultAzureCredential(), options)
            : Parse(connection, text => new BlobServiceClient(text, options));
    }

    /// <exception cref="FormatException">It is neither.</exception>
    public static QueueServiceClient CreateQueues(string connection, QueueClientOptions? options = null) =>
        TryGetEndpoint(connection) is { } endpoint
            ? new QueueServiceClient(endpoint, new DefaultAzureCredential(), options)
            : Parse(connection, text => new QueueServiceClient(text, options));

    // A token must not travel in the clear, so the SDK would refuse http later; a connection string is never a URI.
    private static Uri? TryGetEndpoint(string connection) =>
        Uri.TryCreate(connection, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri : null;

    private static TClient Parse<TClient>(string connection, Func<string, TClient> create)
    {
        try
        {
            return create(connection);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }
}
