using System.Collections.Concurrent;

namespace GenreCloud.Modeling;

/// <summary>
/// One thread on which all calls of a trainer into libtorch are made. OpenMP keeps a team of workers for each thread that calls it,
/// and dispose scopes and gradient modes are per thread too: hopping over the thread pool would multiply the first and lose the others.
/// </summary>
internal sealed class TorchThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public TorchThread()
    {
        var thread = new Thread(() =>
        {
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work();
            }

            _work.Dispose();
        })
        {
            IsBackground = true,
            Name = "libtorch",
        };
        thread.Start();
    }

    /// <summary>Runs the function on the thread.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                result.SetResult(function());
            }
#pragma warning disable CA1031 // Whatever it is, the caller awaits it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result.SetException(exception);
            }
        });
        return result.Task;
    }

    /// <summary>Runs the action on the thread.</summary>
    public Task RunAsync(Action action) => RunAsync(() =>
    {
        action();
        return true;
    });

    /// <summary>The thread ends after the work that it has.</summary>
    public void Dispose() => _work.CompleteAdding();
}
