namespace GenreCloud.Client.Models;

/// <summary>What a version has to be better in before an alias is moved to it.</summary>
/// <param name="Metric">By which figure.</param>
/// <param name="MinimumGain">By how much more than this it has to be better than the version that the alias stands for, 0 or more.</param>
/// <param name="Dataset">The dataset that both have to be measured on; null for any.</param>
/// <param name="DatasetVersion">Its version; null for any that both were measured on, the newest first.</param>
public sealed record PromotionGate(GateMetric Metric, double MinimumGain = 0, string? Dataset = null, int? DatasetVersion = null);

/// <summary>A figure of an evaluation.</summary>
public enum GateMetric
{
    Top1,
    Top3,
    Top5,
    MacroF1,

    /// <summary>Mean cross-entropy, nats: less is better.</summary>
    Loss,
}

/// <summary>What a gate said of a move.</summary>
/// <param name="Metric">By which figure.</param>
/// <param name="Passed">Whether the version was better by more than the gate asks for; false also when that was not measured.</param>
/// <param name="Finding">What was compared, or why it could not be, in a sentence.</param>
/// <param name="Dataset">The dataset version that both were measured on: "genres version 3"; null when there is none.</param>
/// <param name="Candidate">Of the version that the alias was to stand for.</param>
/// <param name="Holder">Of the version that the alias stood for.</param>
/// <param name="OverrideReason">Why the alias was moved all the same.</param>
public sealed record GateVerdict(GateMetric Metric, bool Passed, string Finding, string? Dataset, double? Candidate, double? Holder, string? OverrideReason);

/// <summary>The gates of a model.</summary>
/// <param name="Gates">By alias.</param>
/// <param name="ETag">For changing them only if nobody else did; null when the model has none yet.</param>
public sealed record ModelGates(IReadOnlyDictionary<string, PromotionGate> Gates, string? ETag);
