namespace GenreCloud.Training.Runs;

/// <summary>How a run's process ended.</summary>
/// <param name="Code">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Errors">The last lines of its standard error.</param>
internal sealed record RunExit(int Code, string Errors)
{
    private const int Killed = 128 + 9;

    /// <summary>What happened, for the one who asked for the run.</summary>
    public string Explanation => Code switch
    {
        Killed => "It was killed (signal 9), which the system does when memory runs out. Free memory or take a smaller batchSize.",
        > 128 => $"Signal {Code - 128} ended it. {Errors}",
        _ => $"Its exit code is {Code}. {Errors}",
    };
}
