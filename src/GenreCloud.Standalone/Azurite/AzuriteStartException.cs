namespace GenreCloud.Standalone.Azurite;

/// <summary>Azurite could not be installed or started; the message says why and what to do.</summary>
public sealed class AzuriteStartException : Exception
{
    public AzuriteStartException(string message)
        : base(message)
    {
    }

    public AzuriteStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
