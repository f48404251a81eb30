using System.Diagnostics;

namespace GenreCloud.Training.Runs;

/// <summary>The trace that a run belongs to, carried into its process by the environment, in the form of W3C Trace Context.</summary>
internal static class RunTrace
{
    private const string TraceParent = "TRACEPARENT";
    private const string TraceState = "TRACESTATE";

    public static void Write(Activity? activity, IDictionary<string, string?> environment)
    {
        // What this process itself was started with is not for the run.
        environment.Remove(TraceParent);
        environment.Remove(TraceState);
        if (activity is { IdFormat: ActivityIdFormat.W3C })
        {
            environment[TraceParent] = activity.Id;
            if (activity.TraceStateString is { Length: > 0 } state)
            {
                environment[TraceState] = state;
            }
        }
    }

    /// <returns>Default when there is none, or none that can be read.</returns>
    public static ActivityContext Read() => ActivityContext.TryParse(
        Environment.GetEnvironmentVariable(TraceParent), Environment.GetEnvironmentVariable(TraceState), isRemote: true, out var context) ? context : default;
}
