namespace GenreCloud.Dashboard.Imports;

/// <summary>How fast something grows, over the last ten seconds: steady enough to be read, and soon true again after a pause.</summary>
public sealed class TransferRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long At, double Amount)> _points = new();

    /// <summary>What comes a second; null until two amounts are known.</summary>
    public double? PerSecond { get; private set; }

    /// <summary>Takes an amount that was reached; a smaller one than before begins anew.</summary>
    public void Add(double amount)
    {
        if (_points.Count > 0 && amount < _points.Last().Amount)
        {
            _points.Clear();
        }

        _points.Enqueue((time.GetTimestamp(), amount));
        while (_points.Count > 2 && time.GetElapsedTime(_points.Peek().At) > Window)
        {
            _points.Dequeue();
        }

        var (at, first) = _points.Peek();
        var seconds = time.GetElapsedTime(at).TotalSeconds;
        PerSecond = seconds > 0 ? (amount - first) / seconds : null;
    }

    /// <summary>How long the rest takes at this rate; null where nothing tells.</summary>
    public TimeSpan? TimeFor(double rest) => PerSecond is > 0 and { } rate ? TimeSpan.FromSeconds(Math.Min(rest / rate, TimeSpan.MaxValue.TotalSeconds / 2)) : null;
}
