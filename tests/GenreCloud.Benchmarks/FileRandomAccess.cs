using GenreCloud.DatasetImport.Archives;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Benchmarks;

/// <summary>A local file, read by range.</summary>
internal sealed class FileRandomAccess(string path) : IRandomAccess, IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path);

    public string Name => Path.GetFileName(path);

    public long Length => RandomAccess.GetLength(_file);

    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            var read = await RandomAccess.ReadAsync(_file, destination, offset, cancellationToken);
            destination = destination[read..];
            offset += read;
        }
    }

    public void Dispose() => _file.Dispose();
}
