using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Admission;

/// <summary>What every endpoint that computes has in common: it refuses at once when the queue is full, and it ends by a deadline.</summary>
internal static class RequestAdmission
{
    /// <summary>
    /// Wraps the endpoint. Its deadline is that of <see cref="RequestDeadline.Header"/>, at most <see cref="InferenceOptions.MaxRequestDuration"/>, and
    /// cancels the request as a client does that leaves.
    /// </summary>
    public static TBuilder WithAdmission<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder =>
        {
            var next = builder.RequestDelegate!;
            builder.RequestDelegate = context => AdmitAsync(context, next);
        });
        return endpoint;
    }

    private static async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var services = context.RequestServices;
        using var deadline = RequestDeadline.Of(context, services.GetRequiredService<IOptions<InferenceOptions>>().Value.MaxRequestDuration);
        services.GetRequiredService<RunSlots>().RequireRoom();

        var left = context.RequestAborted;
        context.RequestAborted = deadline.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException exception) when (deadline.HasPassed)
        {
            throw deadline.Passed(exception);
        }
        finally
        {
            context.RequestAborted = left;
        }
    }
}
