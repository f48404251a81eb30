namespace GenreCloud.Dashboard.Upstream;

/// <summary>A service does not answer at all: it is down, or restarts. It is worth trying again.</summary>
public sealed class ServiceUnreachableException(Service service, string reason, Exception? innerException = null)
    : HttpRequestException($"The {service.DisplayName()} does not answer: {reason}", innerException)
{
    public Service Service { get; } = service;
}
