namespace GenreCloud.LocalTools;

/// <summary>A local tool could not be found, installed or started; the message says why and what to do.</summary>
public sealed class LocalToolException : Exception
{
    public LocalToolException(string message)
        : base(message)
    {
    }

    public LocalToolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
