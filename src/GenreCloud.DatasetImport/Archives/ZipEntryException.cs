namespace GenreCloud.DatasetImport.Archives;

/// <summary>One entry of a zip cannot be read; others may. The message is written for the person who gave the zip, and does not name the entry.</summary>
public sealed class ZipEntryException(ZipEntryFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public ZipEntryFault Fault { get; } = fault;
}
