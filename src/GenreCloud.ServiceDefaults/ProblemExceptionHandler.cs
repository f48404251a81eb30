using Azure;
using Azure.Identity;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace GenreCloud.ServiceDefaults;

/// <summary>Turns the exceptions that a caller or operator can act upon into problem details; the rest stay a plain 500.</summary>
internal sealed partial class ProblemExceptionHandler(IProblemDetailsService problems, ILogger<ProblemExceptionHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, title, detail) = exception switch
        {
            ProblemException problem => (problem.Status, problem.Title, problem.Detail),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge =>
                (tooLarge.StatusCode, "The request body is too large", tooLarge.Message),
            BadHttpRequestException bad => (bad.StatusCode, "The request cannot be read", bad.InnerException?.Message ?? bad.Message),
            RequestFailedException or AuthenticationFailedException or AggregateException { InnerException: RequestFailedException } =>
                (StatusCodes.Status503ServiceUnavailable, "The storage does not answer as it should",
                 $"{exception.FirstLine()} Try again; if it stays, check the storage account (or Azurite and its disk)."),
            InvalidDocumentException => (StatusCodes.Status500InternalServerError, "A stored document is damaged", exception.Message),
            _ => default,
        };
        if (title is null)
        {
            return false;
        }

        if (status >= 500)
        {
            LogFailure(exception, title);
        }

        var details = new ProblemDetails { Status = status, Title = title, Detail = detail };
        foreach (var (name, value) in (exception as ProblemException)?.Extensions ?? new Dictionary<string, object?>())
        {
            details.Extensions[name] = value;
        }

        httpContext.Response.StatusCode = status;
        if (exception is ProblemException { RetryAfter: { } retryAfter })
        {
            RetryAfter.Write(httpContext.Response, retryAfter);
        }

        if (!await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, Exception = exception, ProblemDetails = details }))
        {
            // Who accepts no JSON still has to learn what is wrong, and not that the server failed.
            await httpContext.Response.WriteAsJsonAsync(details, options: null, "application/problem+json", cancellationToken);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Error, "{Title}")]
    private partial void LogFailure(Exception exception, string title);
}
