using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// Files of one kind that are derived from shards, in a folder that may have others: <c>{sha256 of the shard}{extension}</c>. Those that were used
/// longest ago make room for new ones.
/// </summary>
/// <param name="directory">The folder.</param>
/// <param name="extension">Of the files.</param>
/// <param name="maxBytes">What they may take together.</param>
/// <param name="time">Stamps the use of a file.</param>
internal sealed class CacheFolder(string directory, string extension, long maxBytes, TimeProvider time)
{
    /// <summary>Ends the name of a file that is not finished yet.</summary>
    public const string PartialExtension = ".partial";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _directory = Path.GetFullPath(directory);

    /// <summary>What the files may take together.</summary>
    public long MaxBytes => maxBytes;

    public string PathOf(ShardDescription shard) => Path.Combine(_directory, shard.Sha256 + extension);

    /// <summary>Opens a file at any place, and stamps its use; null when it is not there.</summary>
    public SafeFileHandle? TryOpen(ShardDescription shard, FileAccess access, FileShare share)
    {
        var path = PathOf(shard);
        try
        {
            var file = File.Exists(path) ? File.OpenHandle(path, access: access, share: share, options: FileOptions.RandomAccess) : null;
            if (file is not null)
            {
                File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            }

            return file;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process needed the room in this moment.
            return null;
        }
    }

    /// <summary>Deletes what was used longest ago until there is room, of finished files and of those that killed processes have left.</summary>
    /// <param name="bytes">What a new file will take.</param>
    /// <param name="kept">Whose files must stay.</param>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public bool MakeRoom(long bytes, IEnumerable<ShardDescription> kept)
    {
        var stay = kept.Select(PathOf).ToHashSet();
        var files = new DirectoryInfo(_directory).GetFiles().Where(file => IsOfCache(file.Name)).OrderBy(file => file.LastWriteTimeUtc).ToArray();
        var taken = files.Sum(file => file.Length);
        foreach (var file in files.Where(file => !stay.Contains(file.FullName)))
        {
            if (taken + bytes <= maxBytes)
            {
                break;
            }

            taken -= TryDelete(file.FullName) ? file.Length : 0;
        }

        return taken + bytes <= maxBytes;
    }

    public static bool TryDelete(string path)
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

    /// <summary>Whether a file is one of these: the folder may have others.</summary>
    private bool IsOfCache(string name)
    {
        const int HashLength = 2 * SHA256.HashSizeInBytes;
        return name.Length > HashLength
            && !name.AsSpan(0, HashLength).ContainsAnyExcept(HexDigits)
            && name.AsSpan(HashLength) is var rest
            && rest.StartsWith(extension, StringComparison.Ordinal)
            && (rest.Length == extension.Length || rest.EndsWith(PartialExtension, StringComparison.Ordinal));
    }
}
