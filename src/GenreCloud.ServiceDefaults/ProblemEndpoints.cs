using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GenreCloud.ServiceDefaults;

/// <summary>Problem details for the exceptions of libraries that know nothing of HTTP.</summary>
public static class ProblemEndpoints
{
    /// <summary>Answers an exception of the group's endpoints with its message. Not one while an answer is already being streamed.</summary>
    /// <typeparam name="TException">Its message is fit for the caller.</typeparam>
    /// <param name="endpoints">The endpoints that may throw it.</param>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="title">What is wrong, in a few words.</param>
    public static RouteGroupBuilder WithProblem<TException>(this RouteGroupBuilder endpoints, int status, string title)
        where TException : Exception =>
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (TException exception)
            {
                throw new ProblemException(status, title, exception.Message, exception);
            }
        });
}
