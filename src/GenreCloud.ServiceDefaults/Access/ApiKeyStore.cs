using System.Security.Cryptography;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.ServiceDefaults;

/// <summary>
/// The API keys in <c>access/keys.json</c>, for all services. What was read is used for a few seconds, and on while the storage does not answer; a key that is
/// not known yet is looked for at once.
/// </summary>
public sealed class ApiKeyStore(BlobServiceClient blobs, TimeProvider time) : IDisposable
{
    /// <summary>For so long a revoked key may still be taken.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    /// <summary>Guesses of keys must not become as many requests to the storage.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long requests wait for a storage that does not answer, before they go on with what was read last.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly BlobClient _blob = blobs.GetBlobContainerClient(StorageNames.Containers.Access).GetBlobClient("keys.json");
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Known? _known;

    /// <summary>The key with this id; null when there is none.</summary>
    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(Freshness, cancellationToken);
        if (!known.Keys.TryGetValue(id, out var key))
        {
            known = await KnownAsync(ShortestInterval, cancellationToken);
            known.Keys.TryGetValue(id, out key);
        }

        return key;
    }

    /// <summary>All keys, the oldest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync(cancellationToken)).OrderBy(key => key.CreatedAt)];

    /// <summary>Makes a key.</summary>
    /// <returns>The key as it is stored, and its text, which nobody can learn later.</returns>
    public async Task<(ApiKey Key, string Text)> CreateAsync(
        string name, AccessScope scope, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var text = ApiKeyText.New();
        var key = new ApiKey
        {
            Id = text.Id,
            Name = name,
            Scope = scope,
            SecretSha256 = SHA256.HashData(text.Secret),
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = expiresAt,
        };
        await _blob.UpdateJsonAsync<ApiKeyDocument>(present => new ApiKeyDocument([.. present?.Keys ?? [], key]), cancellationToken);
        _known = null;
        return (key, text.Reveal());
    }

    /// <summary>Takes a key no more; every service follows within <see cref="Freshness"/>.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var found = false;
        await _blob.UpdateJsonAsync<ApiKeyDocument>(
            present =>
            {
                var keys = present?.Keys ?? [];
                found = keys.Any(key => key.Id == id);
                return found ? new ApiKeyDocument([.. keys.Where(key => key.Id != id)]) : present ?? new ApiKeyDocument([]);
            },
            cancellationToken);
        _known = null;
        return found;
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Known> KnownAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetElapsedTime(known.ReadAt) < age)
        {
            return known;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            var present = _known;
            if (present is not null && time.GetElapsedTime(present.ReadAt) < age)
            {
                return present;
            }

            var readAt = time.GetTimestamp();
            using var patience = new CancellationTokenSource(present is null ? Timeout.InfiniteTimeSpan : Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                _known = present = new Known((await ReadAsync(either.Token)).ToDictionary(key => key.Id, StringComparer.Ordinal), readAt);
            }
            catch (Exception) when (present is not null && !cancellationToken.IsCancellationRequested)
            {
                // Who had a key a moment ago is let in while the storage pauses.
                _known = present = present with { ReadAt = time.GetTimestamp() };
            }

            return present;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<IReadOnlyList<ApiKey>> ReadAsync(CancellationToken cancellationToken) =>
        (await _blob.ReadJsonAsync<ApiKeyDocument>(cancellationToken))?.Value.Keys ?? [];

    private sealed record Known(IReadOnlyDictionary<string, ApiKey> Keys, long ReadAt);
}

/// <summary>keys.json.</summary>
internal sealed record ApiKeyDocument(IReadOnlyList<ApiKey> Keys);
