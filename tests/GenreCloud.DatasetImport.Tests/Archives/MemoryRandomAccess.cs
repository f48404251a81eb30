using GenreCloud.DatasetImport.Archives;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>A file in memory. Counts what is read of it.</summary>
internal sealed class MemoryRandomAccess(byte[] content) : IRandomAccess
{
    private long _bytesRead;
    private int _largestRead;
    private int _reads;

    public string Name => "test.zip";

    public long Length => content.Length;

    public long BytesRead => _bytesRead;

    public int LargestRead => _largestRead;

    public int Reads => _reads;

    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        content.AsMemory(checked((int)offset), destination.Length).CopyTo(destination);
        _bytesRead += destination.Length;
        _largestRead = Math.Max(_largestRead, destination.Length);
        _reads++;
        return ValueTask.CompletedTask;
    }
}
