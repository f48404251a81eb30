namespace GenreCloud.Modeling.Tests;

/// <summary>Reports at once, where Progress would post.</summary>
internal sealed class StepReporter(Action<StepResult> report) : IProgress<StepResult>
{
    public void Report(StepResult value) => report(value);
}
