using System.Globalization;
using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Admission;

/// <summary>What every endpoint that computes has in common: it refuses at once when the queue is full, and it ends by a deadline.</summary>
internal static class RequestAdmission
{
    /// <summary>How long the client wants to wait, in milliseconds from the arrival of the request.</summary>
    public const string DeadlineHeader = "Deadline-Milliseconds";

    /// <summary>
    /// Wraps the endpoint. Its deadline is that of <see cref="DeadlineHeader"/>, at most <see cref="InferenceOptions.MaxRequestDuration"/>, and
    /// cancels the request as a client does that leaves. Past it the answer is 504, as gRPC's DEADLINE_EXCEEDED is translated: 408 would blame
    /// the client for a slow body, and some clients send such a request again by themselves.
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
        var longest = services.GetRequiredService<IOptions<InferenceOptions>>().Value.MaxRequestDuration;
        var duration = DurationOf(context.Request, longest);
        services.GetRequiredService<RunSlots>().RequireRoom();

        var left = context.RequestAborted;
        using var deadline = new CancellationTokenSource(duration, services.GetRequiredService<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(left, deadline.Token);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !left.IsCancellationRequested)
        {
            throw new ProblemException(
                StatusCodes.Status504GatewayTimeout,
                "The deadline has passed",
                FormattableString.Invariant(
                    $"There is no answer within {duration.TotalMilliseconds:0} ms. Give it longer with {DeadlineHeader} (at most {longest.TotalMilliseconds:0}, Inference:MaxRequestDuration), or send less at a time."),
                exception);
        }
        finally
        {
            context.RequestAborted = left;
        }
    }

    private static TimeSpan DurationOf(HttpRequest request, TimeSpan longest)
    {
        if (!request.Headers.TryGetValue(DeadlineHeader, out var text))
        {
            return longest;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds < 1)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"{DeadlineHeader} cannot be read",
                $"\"{text}\" is not a whole number of milliseconds from 1 to {int.MaxValue}.");
        }

        var wanted = TimeSpan.FromMilliseconds(milliseconds);
        return wanted < longest ? wanted : longest;
    }
}
