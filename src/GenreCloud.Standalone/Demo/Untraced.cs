using System.Diagnostics;

namespace GenreCloud.Standalone.Demo;

/// <summary>Calls that no trace is to show: asking again and again how far something is.</summary>
internal static class Untraced
{
    /// <summary>
    /// Calls as the first step of a trace of its own that is not recorded, which the called service goes along with: without
    /// any trace, the service would record one for each call.
    /// </summary>
    public static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        // Changed in this method's context only: the caller's activity is there again after it.
        Activity.Current = null;
        using var unrecorded = new Activity("untraced").SetIdFormat(ActivityIdFormat.W3C).Start();
        return await call();
    }
}
