namespace GenreCloud.DatasetImport.Archives;

/// <summary>A file that is read in ranges, wherever it lies. Its content stays the same from the first read to the last.</summary>
public interface IRandomAccess
{
    /// <summary>What people know the file by; for messages.</summary>
    string Name { get; }

    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Reads exactly as many bytes as the destination holds. May be called several times at once.</summary>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="destination">Gets the bytes; the whole range lies within the file.</param>
    ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}
