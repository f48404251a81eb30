using System.Diagnostics;
using GenreCloud.Modeling;

namespace GenreCloud.Benchmarks;

/// <summary>Notes the end of every step.</summary>
internal sealed class StepClock(Action<int>? ended = null) : IProgress<StepResult>
{
    private readonly List<(long Timestamp, TimeSpan Cpu)> _ends = [];

    public void Report(StepResult value)
    {
        _ends.Add((Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime));
        ended?.Invoke(value.Step);
    }

    /// <summary>Wall and CPU time of all steps from this one on.</summary>
    public (TimeSpan Wall, TimeSpan Cpu) Since(int step) =>
        (Stopwatch.GetElapsedTime(_ends[step - 1].Timestamp, _ends[^1].Timestamp), _ends[^1].Cpu - _ends[step - 1].Cpu);
}
