using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Inference.OpenInference;

/// <summary>Failures as the protocol has them: an object with <c>error</c>, a text, and a status that says whose failure it is.</summary>
internal static partial class OpenInferenceErrors
{
    /// <summary>Answers every failure of the endpoint.</summary>
    public static TBuilder WithOpenInferenceErrors<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Finally(builder =>
        {
            var next = builder.RequestDelegate!;
            builder.RequestDelegate = context => AnswerAsync(context, next);
        });
        return endpoint;
    }

    public static JsonHttpResult<OpenInferenceError> Of(int status, string error) => TypedResults.Json(new OpenInferenceError(error), statusCode: status);

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var (status, error) = exception switch
            {
                ProblemException problem => (problem.Status, problem.Message),
                BadHttpRequestException bad => (bad.StatusCode, bad.Message),
                ModelNotFoundException => (StatusCodes.Status404NotFound, exception.Message),
                UnusableModelException => (StatusCodes.Status503ServiceUnavailable, exception.Message),
                Azure.RequestFailedException => (StatusCodes.Status503ServiceUnavailable, "The storage does not answer as it should. Try again."),
                _ => (StatusCodes.Status500InternalServerError, "The server has failed; its log has the reason."),
            };
            if (status >= StatusCodes.Status500InternalServerError && exception is not ProblemException)
            {
                LogFailure(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenInferenceErrors)), exception);
            }

            if (exception is ProblemException { RetryAfter: { } retryAfter })
            {
                RetryAfter.Write(context.Response, retryAfter);
            }

            await Of(status, error).ExecuteAsync(context);
        }
    }

    [LoggerMessage(LogLevel.Error, "A request of the Open Inference Protocol has failed")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
