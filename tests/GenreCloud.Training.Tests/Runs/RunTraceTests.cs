using System.Diagnostics;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class RunTraceTests
{
    [Fact]
    public void The_environment_carries_the_callers_trace()
    {
        using var activity = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "vendor=1";
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        activity.Start();
        var environment = new Dictionary<string, string?>();

        RunTrace.Write(activity, environment);

        ActivityContext.TryParse(environment["TRACEPARENT"], environment["TRACESTATE"], isRemote: true, out var context).ShouldBeTrue();
        context.TraceId.ShouldBe(activity.TraceId);
        context.SpanId.ShouldBe(activity.SpanId);
        context.TraceFlags.ShouldBe(ActivityTraceFlags.Recorded);
        context.TraceState.ShouldBe("vendor=1");
    }

    [Fact]
    public void Without_a_trace_the_run_does_not_get_the_one_that_the_service_was_started_in()
    {
        var environment = new Dictionary<string, string?> { ["TRACEPARENT"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ["PATH"] = "/bin" };

        RunTrace.Write(activity: null, environment);

        environment.Keys.ShouldBe(["PATH"]);
    }
}
