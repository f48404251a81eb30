using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>A file that can be read from any byte on, and that tells when it is no longer the same.</summary>
internal interface IRangeSource
{
    SourceFile File { get; }

    /// <summary>Where the storage service itself can read it, with the ETag to ask for; null where it cannot.</summary>
    (Uri Address, string ETag)? CopySource { get; }

    /// <summary>Fills a block.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="block">As long as is wanted; never beyond the file's end.</param>
    /// <param name="onRead">Gets the number of bytes that have come, again and again.</param>
    /// <exception cref="SourceChangedException">It is not the same file any more.</exception>
    /// <exception cref="SourceStaleException">It has to be opened again.</exception>
    /// <exception cref="ImportFailedException">It does not give them.</exception>
    Task ReadAsync(long offset, Memory<byte> block, Action<int> onRead, CancellationToken cancellationToken);
}

/// <summary>What identifies a source file.</summary>
/// <param name="Identity">The same for the same place, without secrets: an address without its signature, or a path.</param>
/// <param name="Validator">Changes when the content does: a strong ETag, or when it was last modified.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Name">What to call it in a message.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Url">The address without secrets, for one that came from there.</param>
internal sealed record SourceFile(string Identity, string Validator, long Bytes, string Name, string? FileName, string? Url);
