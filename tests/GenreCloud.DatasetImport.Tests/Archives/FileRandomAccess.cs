using GenreCloud.DatasetImport.Archives;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>A file on the disk.</summary>
internal sealed class FileRandomAccess(string path) : IRandomAccess, IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path);

    public string Name => Path.GetFileName(path);

    public long Length => RandomAccess.GetLength(_file);

    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (destination.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(_file, destination, offset, cancellationToken);
            read.ShouldBePositive("a read beyond the end of the file");
            destination = destination[read..];
            offset += read;
        }
    }

    public void Dispose() => _file.Dispose();
}
