using System.Globalization;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.Admission;

/// <summary>Until when a request is to be answered.</summary>
internal sealed class RequestDeadline : IDisposable
{
    /// <summary>How long the client wants to wait, in milliseconds from the arrival of the request.</summary>
    public const string Header = "Deadline-Milliseconds";

    private readonly TimeSpan _duration;
    private readonly TimeSpan _longest;
    private readonly CancellationToken _left;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;

    private RequestDeadline(TimeSpan duration, TimeSpan longest, TimeProvider time, CancellationToken left)
    {
        (_duration, _longest, _left) = (duration, longest, left);
        _deadline = new CancellationTokenSource(duration, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(left, _deadline.Token);
    }

    /// <summary>Is cancelled by the deadline, and where the client leaves.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it is the deadline that has cancelled.</summary>
    public bool HasPassed => _deadline.IsCancellationRequested && !_left.IsCancellationRequested;

    /// <summary>Begins to wait for that of a request.</summary>
    /// <param name="longest">The deadline of a request without the header, and the latest of one with it; infinite for none.</param>
    /// <exception cref="ProblemException">400: the header cannot be read.</exception>
    public static RequestDeadline Of(HttpContext http, TimeSpan longest)
    {
        var wanted = WantedBy(http.Request);
        var duration = wanted is { } shorter && (longest == Timeout.InfiniteTimeSpan || shorter < longest) ? shorter : longest;
        return new RequestDeadline(duration, longest, http.RequestServices.GetRequiredService<TimeProvider>(), http.RequestAborted);
    }

    /// <summary>
    /// The answer past it: 504, as gRPC's DEADLINE_EXCEEDED is translated. 408 would blame the client for a slow body, and some clients send such a request again
    /// by themselves.
    /// </summary>
    public ProblemException Passed(Exception cause) => new(
        StatusCodes.Status504GatewayTimeout,
        "The deadline has passed",
        FormattableString.Invariant($"There is no answer within {_duration.TotalMilliseconds:0} ms. Give it longer with {Header}")
        + (_longest == Timeout.InfiniteTimeSpan ? "" : FormattableString.Invariant($" (at most {_longest.TotalMilliseconds:0}, Inference:MaxRequestDuration)"))
        + ", or send less at a time.",
        cause);

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }

    private static TimeSpan? WantedBy(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 1
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, $"{Header} cannot be read", $"\"{text}\" is not a whole number of milliseconds from 1 to {int.MaxValue}.");
    }
}
