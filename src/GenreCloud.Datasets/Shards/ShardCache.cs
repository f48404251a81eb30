using System.Security.Cryptography;
using GenreCloud.Datasets.Samples;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// The shards of a dataset version as local files, for reading in any order. The folder can be deleted whenever nobody reads from it; it is
/// named by content, so versions may share it. Safe for concurrent reading.
/// </summary>
public sealed class ShardCache : IDisposable
{
    private const int CopyBufferBytes = 1 << 20;

    private readonly SafeFileHandle[] _files;

    private ShardCache(SafeFileHandle[] files) => _files = files;

    /// <summary>Opens the shards, and downloads those that are not there. A file appears under its name only when its SHA-256 is right.</summary>
    /// <param name="dataset">The version to read.</param>
    /// <param name="directory">Created if absent.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="DatasetException">A shard is not the one that the manifest names.</exception>
    public static async Task<ShardCache> OpenAsync(DatasetReader dataset, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var shards = dataset.Manifest.Shards;
        var files = new List<SafeFileHandle>(shards.Count);
        try
        {
            for (var shard = 0; shard < shards.Count; shard++)
            {
                var path = Path.Combine(directory, $"{shards[shard].Sha256}.tar");
                if (!File.Exists(path))
                {
                    await DownloadAsync(dataset, shard, path, cancellationToken);
                }

                files.Add(File.OpenHandle(path, options: FileOptions.RandomAccess));
            }
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }

        return new ShardCache([.. files]);
    }

    /// <summary>Reads the PNG of one sample.</summary>
    /// <param name="sample">A sample of the version.</param>
    /// <param name="png">Gets the file; at least <see cref="Sample.Length"/> bytes.</param>
    /// <exception cref="EndOfStreamException">The shard is shorter than its manifest says.</exception>
    public void ReadPng(Sample sample, Span<byte> png)
    {
        var left = png[..sample.Length];
        var offset = sample.Offset;
        while (left.Length > 0)
        {
            var read = RandomAccess.Read(_files[sample.Shard], left, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"The cached shard of sample '{sample.Id}' ends too early: delete the cache.");
            }

            left = left[read..];
            offset += read;
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static async Task DownloadAsync(DatasetReader dataset, int shard, string path, CancellationToken cancellationToken)
    {
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var source = await dataset.OpenShardAsync(shard, cancellationToken))
            await using (var target = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                var buffer = new byte[CopyBufferBytes];
                int read;
                while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != dataset.Manifest.Shards[shard].Sha256)
            {
                throw new DatasetException(
                    $"{dataset.Manifest.Shards[shard].File} of '{dataset.Manifest.Name}' version {dataset.Manifest.Version} is damaged: import the dataset again.");
            }

            MoveIntoPlace(partial, path);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Of several processes that fetch the same shard, any one's file is as good as the other's.</summary>
    private static void MoveIntoPlace(string partial, string path)
    {
        try
        {
            File.Move(partial, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster, and may have it open already, which on Windows would forbid replacing it.
        }
    }
}
