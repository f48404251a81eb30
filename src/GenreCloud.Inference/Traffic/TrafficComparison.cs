namespace GenreCloud.Inference.Traffic;

/// <summary>How two versions of a model answer the same alias, as this process has seen it.</summary>
internal sealed class TrafficComparison(int first, int second, DateTimeOffset since)
{
    private readonly Lock _gate = new();
    private readonly Side _first = new();
    private readonly Side _second = new();
    private int _agreed;
    private int _disagreed;
    private int _dropped;
    private int _failed;

    public void AddAnswer(int version, TimeSpan run)
    {
        lock (_gate)
        {
            var side = SideOf(version);
            side.Answered++;
            side.Add(run);
        }
    }

    /// <summary>A copy was answered too.</summary>
    public void AddShadow(int version, TimeSpan run, bool agreed)
    {
        lock (_gate)
        {
            SideOf(version).Add(run);
            _ = agreed ? _agreed++ : _disagreed++;
        }
    }

    /// <summary>A copy was not answered, because the machine had other things to do.</summary>
    public void AddDropped()
    {
        lock (_gate)
        {
            _dropped++;
        }
    }

    /// <summary>A version could not answer a copy.</summary>
    public void AddFailed()
    {
        lock (_gate)
        {
            _failed++;
        }
    }

    public TrafficReport Report()
    {
        lock (_gate)
        {
            var compared = _agreed + _disagreed;
            return new TrafficReport(
                since, [_first.Report(first), _second.Report(second)], compared, compared == 0 ? null : (double)_agreed / compared, _dropped, _failed);
        }
    }

    private Side SideOf(int version) => version == first ? _first : _second;

    private sealed class Side
    {
        /// <summary>Of so many last runs the quantiles are: enough for a 99th percentile.</summary>
        private const int Remembered = 1024;

        private readonly double[] _milliseconds = new double[Remembered];
        private long _runs;

        public int Answered { get; set; }

        public void Add(TimeSpan run) => _milliseconds[_runs++ % Remembered] = run.TotalMilliseconds;

        public VersionReport Report(int version)
        {
            var sorted = _milliseconds[..(int)Math.Min(_runs, Remembered)];
            Array.Sort(sorted);
            return new VersionReport(version, Answered, _runs, Quantile(sorted, 0.5), Quantile(sorted, 0.99));
        }

        private static double? Quantile(double[] sorted, double quantile) =>
            sorted.Length == 0 ? null : sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1];
    }
}

/// <summary>How two versions compare.</summary>
/// <param name="Since">When this process began to compare; a rule that changes begins anew.</param>
/// <param name="Versions">The one that the alias stands for, and the second one.</param>
/// <param name="Compared">Requests that both versions answered.</param>
/// <param name="Agreement">The part of these, 0 to 1, for which the most probable label was the same; null before the first.</param>
/// <param name="Dropped">Copies that were not answered, because the machine had requests to answer.</param>
/// <param name="Failed">Copies that a version could not answer.</param>
internal sealed record TrafficReport(
    DateTimeOffset Since, IReadOnlyList<VersionReport> Versions, int Compared, double? Agreement, int Dropped, int Failed);

/// <summary>What one of the versions did.</summary>
/// <param name="Answered">Spectrograms that it answered to a client.</param>
/// <param name="Runs">Its runs, those for copies included.</param>
/// <param name="MedianMilliseconds">Of the last runs; null before the first.</param>
/// <param name="P99Milliseconds">Their 99th percentile.</param>
internal sealed record VersionReport(int Version, int Answered, long Runs, double? MedianMilliseconds, double? P99Milliseconds);
