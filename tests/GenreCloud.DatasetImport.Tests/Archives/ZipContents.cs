using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>What a zip has, read as the import reads it.</summary>
internal static class ZipContents
{
    public static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static Task<ZipDirectory> DirectoryAsync(byte[] zip, ZipLimits? limits = null) =>
        ZipDirectory.ReadAsync(new MemoryRandomAccess(zip), limits ?? new ZipLimits(), CancellationToken);

    /// <summary>The whole archive is refused.</summary>
    public static Task<ImportFailedException> RefusalAsync(byte[] zip, ZipLimits? limits = null) =>
        Should.ThrowAsync<ImportFailedException>(DirectoryAsync(zip, limits));

    /// <summary>Every file by its place, out of windows.</summary>
    public static async Task<List<(string Name, byte[]? Content, ZipEntryFault? Fault)>> ReadAsync(
        IRandomAccess archive, ZipLimits? limits = null, int maxEntryBytes = 4 << 20)
    {
        limits ??= new ZipLimits();
        var directory = await ZipDirectory.ReadAsync(archive, limits, CancellationToken);
        var contents = new List<(string, byte[]?, ZipEntryFault?)>();
        var inflated = new byte[maxEntryBytes];
        await foreach (var window in new ZipReader(archive, limits).ReadWindowsAsync([.. directory.Entries], maxEntryBytes, CancellationToken))
        {
            using (window)
            {
                foreach (var entry in window.Entries)
                {
                    try
                    {
                        contents.Add((entry.Name, window.Read(entry, inflated).ToArray(), null));
                    }
                    catch (ZipEntryException exception)
                    {
                        contents.Add((entry.Name, null, exception.Fault));
                    }
                }
            }
        }

        return contents;
    }

    public static Task<List<(string Name, byte[]? Content, ZipEntryFault? Fault)>> ReadAsync(byte[] zip, ZipLimits? limits = null, int maxEntryBytes = 4 << 20) =>
        ReadAsync(new MemoryRandomAccess(zip), limits, maxEntryBytes);

    /// <summary>One file to its end, as a stream.</summary>
    public static async Task<byte[]> ReadToEndAsync(IRandomAccess archive, ZipEntry entry, long maxBytes, ZipLimits? limits = null)
    {
        await using var content = await new ZipReader(archive, limits ?? new ZipLimits()).OpenAsync(entry, maxBytes, CancellationToken);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, CancellationToken);
        return copy.ToArray();
    }
}
