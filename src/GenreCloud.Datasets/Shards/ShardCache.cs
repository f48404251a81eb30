using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets.Samples;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// The shards of a dataset version, on the local disk as far as there is room. A shard that is not there can be fetched, and its
/// pictures can be read from the storage one by one. Beside the shards, decoded pictures can be kept. The folder can be deleted at
/// any time; its files are named by content, so versions and processes may share it. Safe for concurrent use.
/// </summary>
public sealed class ShardCache
{
    /// <summary>Room for four windows of an epoch, see <see cref="Batches.EpochOrder"/>; half of a small container's disk.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    private const int CopyBufferBytes = 1 << 20;

    private readonly DatasetReader _dataset;
    private readonly CacheFolder _files;
    private readonly CacheFolder _decoded;

    /// <param name="dataset">The version to read.</param>
    /// <param name="directory">Created if absent.</param>
    /// <param name="maxBytes">What all shards in the folder may take; those that were used last are kept.</param>
    /// <param name="time">Stamps the use of a shard.</param>
    /// <param name="decodedMaxBytes">What decoded pictures may take beside the shards, 165 KB each; 0 to decode them in every pass.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public ShardCache(DatasetReader dataset, string directory, long maxBytes, TimeProvider time, long decodedMaxBytes = 0)
    {
        _dataset = dataset;
        _files = new CacheFolder(directory, ".tar", maxBytes, time);
        _decoded = new CacheFolder(directory, ".pixels", decodedMaxBytes, time);
        Directory.CreateDirectory(directory);
    }

    /// <summary>What the shards in the folder may take together.</summary>
    public long MaxBytes => _files.MaxBytes;

    /// <summary>Whether a picture that was decoded once is kept so.</summary>
    internal bool KeepsDecoded => _decoded.MaxBytes > 0;

    /// <summary>All shards of the version.</summary>
    public IReadOnlyList<ShardDescription> Shards => _dataset.Manifest.Shards;

    /// <summary>Opens a shard for reading at any place; null when it is not on the local disk.</summary>
    /// <param name="shard">Index into <see cref="Shards"/>.</param>
    public SafeFileHandle? TryOpen(int shard) => _files.TryOpen(Shards[shard], FileAccess.Read, FileShare.Read | FileShare.Delete);

    /// <summary>Opens the decoded pictures of a shard, with those of earlier passes in it; null when there is no room for them.</summary>
    /// <param name="shard">Index into <see cref="Shards"/>.</param>
    /// <param name="kept">Shards whose decoded pictures must not go to make room for these.</param>
    internal DecodedShard? TryOpenDecoded(int shard, IEnumerable<int> kept)
    {
        const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
        var (description, path, bytes) = (Shards[shard], _decoded.PathOf(Shards[shard]), DecodedShard.BytesOf(Shards[shard]));
        try
        {
            var file = _decoded.TryOpen(description, FileAccess.ReadWrite, Shared);
            if (file is not null && RandomAccess.GetLength(file) != bytes)
            {
                file.Dispose();
                File.Delete(path);
                file = null;
            }

            if (file is null && _decoded.MakeRoom(bytes, kept.Select(index => Shards[index])))
            {
                file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Shared, FileOptions.RandomAccess);
                RandomAccess.SetLength(file, bytes);
            }

            return file is null ? null : new DecodedShard(file);
        }
        catch (IOException)
        {
            // The disk is full, or the folder gone.
            return null;
        }
    }

    /// <summary>Brings a shard to the local disk, unless it is there. It appears under its name only when its SHA-256 is right.</summary>
    /// <param name="shard">Index into <see cref="Shards"/>.</param>
    /// <param name="kept">Shards that must not go to make room for it.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>Whether it is there now; false when the disk has no room for it.</returns>
    /// <exception cref="DatasetException">The shard is not the one that the manifest names.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public async Task<bool> FetchAsync(int shard, IEnumerable<int> kept, CancellationToken cancellationToken)
    {
        var path = _files.PathOf(Shards[shard]);
        if (File.Exists(path))
        {
            return true;
        }

        var partial = $"{path}.{Guid.NewGuid():N}{CacheFolder.PartialExtension}";
        try
        {
            if (!OnLocalDisk(() => _files.MakeRoom(Shards[shard].Bytes, kept.Select(index => Shards[index]))))
            {
                return false;
            }

            if (await DownloadAsync(shard, partial, cancellationToken) != Shards[shard].Sha256)
            {
                throw _dataset.Damaged(shard);
            }

            MoveIntoPlace(partial, path);
            return true;
        }
        catch (LocalDiskException)
        {
            return false;
        }
        finally
        {
            CacheFolder.TryDelete(partial);
        }
    }

    /// <summary>The PNG of one sample, from the storage.</summary>
    /// <exception cref="DatasetException">The shard is shorter than its manifest says.</exception>
    public async Task<byte[]> ReadPngAsync(Sample sample, CancellationToken cancellationToken)
    {
        try
        {
            return await _dataset.ReadPngAsync(sample, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidRange)
        {
            throw _dataset.Damaged(sample.Shard, exception);
        }
    }

    /// <returns>SHA-256 of the file in lower-case hexadecimal.</returns>
    private async Task<string> DownloadAsync(int shard, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = await _dataset.OpenShardAsync(shard, cancellationToken);
        using var target = OnLocalDisk(() => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: Shards[shard].Bytes));
        var buffer = new byte[CopyBufferBytes];
        long written = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            OnLocalDisk(() => RandomAccess.Write(target, buffer.AsSpan(0, read), written));
            written += read;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of several processes that fetch the same shard, any one's file is as good as the other's.</summary>
    private static void MoveIntoPlace(string partial, string path) => OnLocalDisk(() =>
    {
        try
        {
            File.Move(partial, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster, and may have it open already, which on Windows would forbid replacing it.
        }
    });

    /// <summary>Tells what the disk refuses from what the network does: both are IOException.</summary>
    private static T OnLocalDisk<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (IOException exception)
        {
            throw new LocalDiskException(exception);
        }
    }

    private static void OnLocalDisk(Action access) => OnLocalDisk(() =>
    {
        access();
        return true;
    });

    private sealed class LocalDiskException(IOException exception) : Exception(exception.Message, exception);
}
