namespace GenreCloud.Registry;

/// <summary>What a gate said of a move.</summary>
public sealed record GateVerdict
{
    public required GateMetric Metric { get; init; }

    /// <summary>Whether the version was better by more than the gate asks for; false also when that was not measured.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was compared, or why it could not be, in a sentence.</summary>
    public required string Finding { get; init; }

    /// <summary>The dataset version that both were measured on: "genres version 3"; null when there is none.</summary>
    public string? Dataset { get; init; }

    /// <summary>Of the version that the alias was to stand for.</summary>
    public double? Candidate { get; init; }

    /// <summary>Of the version that the alias stood for.</summary>
    public double? Holder { get; init; }

    /// <summary>Why the alias was moved all the same.</summary>
    public string? OverrideReason { get; init; }
}
