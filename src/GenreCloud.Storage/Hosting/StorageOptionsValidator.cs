using Microsoft.Extensions.Options;

namespace GenreCloud.Storage;

/// <summary>Refuses a missing or malformed connection before anything starts.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        string[] faults =
        [
            .. Check("blobs", "https://ACCOUNT.blob.core.windows.net", options.Blobs, text => StorageClients.CreateBlobs(text)),
            .. Check("queues", "https://ACCOUNT.queue.core.windows.net", options.Queues, text => StorageClients.CreateQueues(text)),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Check<TClient>(string key, string endpoint, string? connection, Func<string, TClient> create)
    {
        var named = $"ConnectionStrings:{key} (environment: ConnectionStrings__{key})";
        var expected = $"it must be a storage connection string, or an https endpoint such as {endpoint} that the default Azure credential may use.";
        if (string.IsNullOrWhiteSpace(connection))
        {
            return [$"{named} is missing; {expected}"];
        }

        try
        {
            create(connection);
            return [];
        }
        catch (FormatException)
        {
            // Neither the value nor the SDK's message is repeated: they may hold an account key.
            return [$"{named} is malformed; {expected}"];
        }
    }
}
