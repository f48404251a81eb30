using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Admission;

/// <summary>
/// As many slots as predictions can run at once without taking cores from each other, and a queue of limited length before them, first
/// come, first served. A slot stands for the cores of one run: whatever computes for a request, decoding its picture included, does so
/// inside, so that load never becomes more work at once than the machine does well. What waits holds only the body that it was sent.
/// </summary>
internal sealed class RunSlots
{
    /// <summary>How many of the last uses of a slot the mean follows: enough to be steady, few enough to follow a change of model.</summary>
    private const int MeanOver = 16;

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private readonly LinkedList<TaskCompletionSource> _waitingIdle = [];
    private readonly List<CancellationTokenSource> _idle = [];
    private readonly int _maxWaiting;
    private readonly TimeProvider _time;
    private int _free;
    private double _meanSeconds;

    public RunSlots(IOptions<InferenceOptions> options, TimeProvider time)
    {
        _time = time;
        _maxWaiting = options.Value.MaxQueuedRequests;
        _free = Count = options.Value.ConcurrentRuns;

        // A run keeps a thread of the pool to itself: without others beside it, who comes would wait until the pool takes note that it is short of threads.
        ThreadPool.GetMinThreads(out var workers, out var completionPorts);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + Count), completionPorts);
    }

    /// <summary>Slots in all.</summary>
    public int Count { get; }

    /// <summary>Requests in the queue.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Refuses a request that would find no place, before its body is read.</summary>
    /// <exception cref="ProblemException">429 when the queue is full.</exception>
    public void RequireRoom()
    {
        lock (_gate)
        {
            RequireRoomInQueue();
        }
    }

    /// <summary>Waits for a slot; disposing gives it to the next one.</summary>
    /// <param name="cancellationToken">Gives up the place in the queue: nothing is computed for a client that left.</param>
    /// <param name="hasPlace">Of a request that was let in before: the limit is for those who come.</param>
    /// <exception cref="ProblemException">429 when the queue is full.</exception>
    public async Task<RunSlot> EnterAsync(CancellationToken cancellationToken, bool hasPlace = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource? turn = null;
        CancellationTokenSource? idle = null;
        lock (_gate)
        {
            if (!hasPlace)
            {
                RequireRoomInQueue();
            }

            if (_free > 0)
            {
                _free--;
            }
            else
            {
                turn = Queue(_waiting);
                idle = _idle.FirstOrDefault(run => !run.IsCancellationRequested);
            }
        }

        if (idle is not null)
        {
            await idle.CancelAsync();
        }

        if (turn is not null)
        {
            await WaitAsync(turn, cancellationToken);
        }

        return new RunSlot(this);
    }

    /// <summary>
    /// Waits for a slot that no request wants. As soon as one wants it, <see cref="IdleRunSlot.Wanted"/> asks for it back.
    /// </summary>
    public async Task<IdleRunSlot> EnterIdleAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? turn = null;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
            }
            else
            {
                turn = Queue(_waitingIdle);
            }
        }

        if (turn is not null)
        {
            await using var left = cancellationToken.UnsafeRegister(_ => GiveUp(_waitingIdle, turn, cancellationToken), null);
            await turn.Task;
        }

        var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool isWanted;
        lock (_gate)
        {
            _idle.Add(wanted);

            // It came while this slot was on its way here.
            isWanted = _waiting.Count > 0;
        }

        if (isWanted)
        {
            await wanted.CancelAsync();
        }

        return new IdleRunSlot(this, wanted);
    }

    internal void LeaveIdle(CancellationTokenSource wanted)
    {
        lock (_gate)
        {
            _idle.Remove(wanted);
            HandOver();
        }
    }

    /// <summary>The caller's slot goes to those who wait already, and the caller behind them, so that many runs for one request delay no other by more than one.</summary>
    internal async Task YieldAsync(RunSlot slot, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            // It has its place already: the limit is for those who come.
            turn = Queue(_waiting);
            Measure(slot.Pause());
            HandOver();
        }

        await WaitAsync(turn, cancellationToken);
        slot.Resume();
    }

    internal long Now => _time.GetTimestamp();

    internal void Leave(RunSlot slot)
    {
        lock (_gate)
        {
            Measure(slot.Pause());
            HandOver();
        }
    }

    private static TaskCompletionSource Queue(LinkedList<TaskCompletionSource> queue)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.AddLast(turn);
        return turn;
    }

    private async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        InferenceTelemetry.RecordQueueLength(Waiting);
        try
        {
            await using var left = cancellationToken.UnsafeRegister(_ => GiveUp(_waiting, turn, cancellationToken), null);
            await turn.Task;
        }
        finally
        {
            InferenceTelemetry.RecordQueueLength(Waiting);
        }
    }

    private void GiveUp(LinkedList<TaskCompletionSource> queue, TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Gone from the queue: its turn has come meanwhile, and the slot is its to give back.
            if (!queue.Remove(turn))
            {
                return;
            }
        }

        turn.TrySetCanceled(cancellationToken);
    }

    private void Measure(long since)
    {
        var seconds = _time.GetElapsedTime(since).TotalSeconds;
        _meanSeconds = _meanSeconds == 0 ? seconds : _meanSeconds + ((seconds - _meanSeconds) / MeanOver);
    }

    private void HandOver()
    {
        if ((_waiting.First ?? _waitingIdle.First) is { } next)
        {
            next.List!.Remove(next);
            next.Value.SetResult();
        }
        else
        {
            _free++;
        }
    }

    private void RequireRoomInQueue()
    {
        if (_free > 0 || _waiting.Count < _maxWaiting)
        {
            return;
        }

        InferenceTelemetry.CountRefused();
        var perSecond = _meanSeconds > 0 ? Count / _meanSeconds : Count;
        var wait = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((_waiting.Count + Count) / perSecond)));
        throw new ProblemException(
            StatusCodes.Status429TooManyRequests,
            "The service is busy",
            FormattableString.Invariant(
                $"{_waiting.Count} requests wait already (Inference:MaxQueuedRequestsPerRun), and about {perSecond:0.#} are answered a second. Try again in {wait.TotalSeconds:0} s."))
        {
            RetryAfter = wait,
        };
    }
}
