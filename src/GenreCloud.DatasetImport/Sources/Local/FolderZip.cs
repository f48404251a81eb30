using System.IO.Compression;
using System.IO.Pipelines;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>
/// A folder as the zip that it would be: entries stored, in the order of their names, at one fixed time, so that the same files always
/// are the same bytes. What is hidden is left out, and links are, which could lead out of the folder.
/// </summary>
internal static class FolderZip
{
    /// <summary>As early as a zip can say, and the same everywhere.</summary>
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    /// <summary>The zip as it is made; nothing of it is stored here.</summary>
    /// <exception cref="ImportFailedException">The folder has no files, too many, or cannot be read.</exception>
    public static OpenedSource Open(string folder, int maxEntries, CancellationToken cancellationToken)
    {
        var files = List(folder);
        if (files.Count == 0)
        {
            throw new ImportFailedException("The folder is empty", $"There are no files in {folder}. Links and hidden files are not taken.");
        }

        if (files.Count > maxEntries)
        {
            throw new ImportFailedException(
                "The folder has too many files", $"{folder} has {files.Count:N0}, and {maxEntries:N0} are taken (DatasetImport:MaxEntries).");
        }

        var pipe = new Pipe();
        _ = WriteAsync(folder, files, pipe.Writer, cancellationToken);
        return new OpenedSource(pipe.Reader.AsStream(), Bytes: null, folder, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}.zip", Url: null);
    }

    /// <summary>The files' names in the zip, in its order.</summary>
    private static SortedSet<string> List(string folder)
    {
        try
        {
            return new SortedSet<string>(
                Directory.EnumerateFiles(folder, "*", Everything).Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')),
                StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImportFailedException("The folder cannot be read", exception.Message);
        }
    }

    /// <summary>Ends with the reader; what goes wrong comes out there.</summary>
    private static async Task WriteAsync(string folder, IEnumerable<string> files, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            await using (var zip = await ZipArchive.CreateAsync(
                writer.AsStream(leaveOpen: true), ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
            {
                foreach (var name in files)
                {
                    await WriteAsync(zip, folder, name, cancellationToken);
                }
            }

            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(exception);
        }
    }

    private static async Task WriteAsync(ZipArchive zip, string folder, string name, CancellationToken cancellationToken)
    {
        try
        {
            // Looked at again: it may have become a link since.
            var file = new FileInfo(Path.Combine(folder, name));
            if (file.LinkTarget is not null)
            {
                return;
            }

            await using var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = EntryTime;
            await using var stored = await entry.OpenAsync(cancellationToken);
            await content.CopyToAsync(stored, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new ImportFailedException("A file of the folder cannot be read", exception.Message);
        }
    }
}
