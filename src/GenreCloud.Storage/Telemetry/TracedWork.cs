using System.Diagnostics;

namespace GenreCloud.Storage;

/// <summary>Work inside a span that tells when it fails.</summary>
public static class TracedWork
{
    /// <summary>Does work inside a span, which ends as failed when the work throws.</summary>
    /// <param name="start">
    /// Starts the span, or returns null where nobody listens. Called here and not before, because a span that an awaited method
    /// ends would stay the caller's current one.
    /// </param>
    /// <param name="work">Gets the span.</param>
    public static async Task<T> RunAsync<T>(Func<Activity?> start, Func<Activity?, Task<T>> work)
    {
        using var span = start();
        try
        {
            return await work(span);
        }
        catch (Exception exception)
        {
            span?.Fail(exception);
            throw;
        }
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Activity?}, Func{Activity?, Task{T}})"/>
    public static Task RunAsync(Func<Activity?> start, Func<Activity?, Task> work) =>
        RunAsync(
            start,
            async span =>
            {
                await work(span);
                return true;
            });

    /// <summary>
    /// Marks a span as failed, by the exception's type only: its message may hold an address, a path or a track's name, which
    /// traces must not. The log of the same trace has it.
    /// </summary>
    public static void Fail(this Activity span, Exception exception)
    {
        span.SetStatus(ActivityStatusCode.Error);
        span.SetTag("error.type", exception.GetType().FullName);
    }
}
