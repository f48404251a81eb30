using System.Globalization;
using GenreCloud.DatasetImport.Imports;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>A file on the service's own machine.</summary>
internal sealed class LocalFile : IRangeSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    private LocalFile(string path, SafeFileHandle handle)
    {
        _handle = handle;
        File = new SourceFile($"file:{path}", ValidatorOf(handle), RandomAccess.GetLength(handle), path, Path.GetFileName(path), Url: null);
    }

    public SourceFile File { get; }

    public (Uri Address, string ETag)? CopySource => null;

    /// <exception cref="ImportFailedException">It is not there, or not readable.</exception>
    public static LocalFile Open(string path)
    {
        try
        {
            return new LocalFile(path, System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImportFailedException("The source cannot be opened", exception.Message);
        }
    }

    public async Task ReadAsync(long offset, Memory<byte> block, Action<int> onRead, CancellationToken cancellationToken)
    {
        while (!block.IsEmpty)
        {
            int read;
            try
            {
                read = await RandomAccess.ReadAsync(_handle, block, offset, cancellationToken);
            }
            catch (IOException exception)
            {
                throw new ImportFailedException("The source cannot be read", $"{File.Name}, byte {offset:N0}: {exception.Message}");
            }

            if (read == 0 || ValidatorOf(_handle) != File.Validator)
            {
                throw new SourceChangedException(File.Name);
            }

            (offset, block) = (offset + read, block[read..]);
            onRead(read);
        }
    }

    public void Dispose() => _handle.Dispose();

    private static string ValidatorOf(SafeFileHandle handle) => System.IO.File.GetLastWriteTimeUtc(handle).Ticks.ToString(CultureInfo.InvariantCulture);
}
