using System.Buffers;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets.Samples;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// The shards of a dataset version, on the local disk as far as there is room. A shard that is not there can be fetched, and its
/// pictures can be read from the storage one by one. The folder can be deleted at any time; its files are named by content, so
/// versions and processes may share it. Safe for concurrent use.
/// </summary>
public sealed class ShardCache
{
    /// <summary>Room for two windows of an epoch, see <see cref="Batches.EpochOrder"/>; half of a small container's disk.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    private const int CopyBufferBytes = 1 << 20;
    private const string PartialExtension = ".partial";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly DatasetReader _dataset;
    private readonly string _directory;
    private readonly TimeProvider _time;

    /// <param name="dataset">The version to read.</param>
    /// <param name="directory">Created if absent.</param>
    /// <param name="maxBytes">What all shards in the folder may take; those that were used last are kept.</param>
    /// <param name="time">Stamps the use of a shard.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public ShardCache(DatasetReader dataset, string directory, long maxBytes, TimeProvider time)
    {
        _dataset = dataset;
        _directory = Path.GetFullPath(directory);
        MaxBytes = maxBytes;
        _time = time;
        Directory.CreateDirectory(directory);
    }

    /// <summary>What the shards in the folder may take together.</summary>
    public long MaxBytes { get; }

    /// <summary>All shards of the version.</summary>
    public IReadOnlyList<ShardDescription> Shards => _dataset.Manifest.Shards;

    /// <summary>Opens a shard for reading at any place; null when it is not on the local disk.</summary>
    /// <param name="shard">Index into <see cref="Shards"/>.</param>
    public SafeFileHandle? TryOpen(int shard)
    {
        var path = PathOf(shard);
        try
        {
            var file = File.Exists(path) ? File.OpenHandle(path, share: FileShare.Read | FileShare.Delete, options: FileOptions.RandomAccess) : null;
            if (file is not null)
            {
                File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
            }

            return file;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process needed the room in this moment.
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
        var path = PathOf(shard);
        if (File.Exists(path))
        {
            return true;
        }

        var partial = $"{path}.{Guid.NewGuid():N}{PartialExtension}";
        try
        {
            if (!MakeRoom(Shards[shard].Bytes, [.. kept.Select(PathOf)]))
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
            TryDelete(partial);
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

    private string PathOf(int shard) => Path.Combine(_directory, $"{Shards[shard].Sha256}.tar");

    /// <summary>Deletes what was used longest ago until there is room, of finished files and of those that killed processes have left.</summary>
    private bool MakeRoom(long bytes, HashSet<string> kept)
    {
        var files = OnLocalDisk(() => new DirectoryInfo(_directory).GetFiles()).Where(file => IsOfCache(file.Name)).OrderBy(file => file.LastWriteTimeUtc).ToArray();
        var taken = files.Sum(file => file.Length);
        foreach (var file in files.Where(file => !kept.Contains(file.FullName)))
        {
            if (taken + bytes <= MaxBytes)
            {
                break;
            }

            taken -= TryDelete(file.FullName) ? file.Length : 0;
        }

        return taken + bytes <= MaxBytes;
    }

    /// <summary>Whether a file is one that this class has made: the folder may have others.</summary>
    private static bool IsOfCache(string name)
    {
        const int HashLength = 2 * SHA256.HashSizeInBytes;
        return name.Length > HashLength
            && !name.AsSpan(0, HashLength).ContainsAnyExcept(HexDigits)
            && (name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(PartialExtension, StringComparison.Ordinal));
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

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (IOException)
        {
            // Another process reads it, where that forbids deleting it; or the whole folder is gone.
            return false;
        }
    }

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
