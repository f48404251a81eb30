namespace GenreCloud.Datasets.Png;

/// <summary>A PNG that cannot be read. The message is written for the person who sent the file.</summary>
public sealed class PngException(PngFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What is wrong with the file.</summary>
    public PngFault Fault { get; } = fault;
}
