using System.Text.Json;
using GenreCloud.Client;
using GenreCloud.Dashboard.Files;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Components;

/// <summary>Why a page cannot show or do something, for the person in front of it. See <see cref="FaultNotice"/>.</summary>
/// <param name="Kind">What can be done about it.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">Where, and what to do; null where the title says it all.</param>
public sealed record Fault(FaultKind Kind, string Title, string? Detail)
{
    /// <summary>Whether it may be over by itself, so that it is worth trying again.</summary>
    public bool IsPassing => Kind is FaultKind.ServiceDown or FaultKind.Busy;

    /// <summary>What a call to a service failed with; null for an exception that is nobody's but ours.</summary>
    public static Fault? Of(Exception exception) => exception switch
    {
        ServiceUnreachableException unreachable => Down(unreachable.Service),
        GenreCloudException refused => Of(refused.Problem),
        HttpRequestException broken => new Fault(FaultKind.ServiceDown, "The connection to a service broke", broken.Message),

        // Ours, and missing.
        FileNotFoundException or DirectoryNotFoundException => null,
        IOException or JsonException => new Fault(FaultKind.ServiceDown, "The connection to a service broke", "Its answer came only in part."),
        _ => null,
    };

    /// <summary>What a service answered.</summary>
    public static Fault Of(Problem problem) => problem.Status switch
    {
        401 => new Fault(FaultKind.SignInNeeded, "Your key is not taken any more", "It was revoked, or it has expired. Sign in with another one."),
        404 => new Fault(FaultKind.Gone, problem.Title, problem.Detail),
        429 or >= 500 => new Fault(FaultKind.Busy, problem.Title, problem.Detail),
        _ => new Fault(FaultKind.Refused, problem.Title, problem.Detail),
    };

    /// <summary>What the browser was answered when it sent or fetched a file.</summary>
    public static Fault Of(BrowserAnswer answer)
    {
        if (answer.Status == 0)
        {
            return new Fault(FaultKind.ServiceDown, "The connection to GenreCloud broke", "Look whether it still runs.");
        }

        try
        {
            return Of(JsonSerializer.Deserialize<Problem>(answer.Text, JsonSerializerOptions.Web)!);
        }
        catch (JsonException)
        {
            return Of(new Problem(answer.Status, $"The answer was {answer.Status}", Detail: null));
        }
    }

    private static Fault Down(Service service) => new(
        FaultKind.ServiceDown,
        $"The {service.DisplayName()} does not answer",
        "It is down, or restarts.");
}

/// <summary>What can be done about a <see cref="Fault"/>.</summary>
public enum FaultKind
{
    /// <summary>Wait, and try again.</summary>
    ServiceDown,

    /// <summary>Wait: the service answers, but not with this, now.</summary>
    Busy,

    /// <summary>Sign in.</summary>
    SignInNeeded,

    /// <summary>Nothing: it is not there, or no more.</summary>
    Gone,

    /// <summary>What the detail says.</summary>
    Refused,
}
