using System.ComponentModel;

namespace GenreCloud.Registry;

/// <summary>What a version has to be better in before an alias is moved to it; gates.json has one an alias, for those that have one.</summary>
public sealed record PromotionGate
{
    [Description("top1, top3, top5, macroF1, or loss, of which less is better.")]
    public required GateMetric Metric { get; init; }

    [Description("By how much more than this the version has to be better than the one that the alias stands for; 0.")]
    public double MinimumGain { get; init; }

    [Description("The dataset that both have to be measured on; any unless given.")]
    public string? Dataset { get; init; }

    [Description("Its version; any that both were measured on unless given, the newest first.")]
    public int? DatasetVersion { get; init; }
}

/// <summary>A figure of an <see cref="EvaluationReport"/>.</summary>
public enum GateMetric
{
    Top1,
    Top3,
    Top5,
    MacroF1,

    /// <summary>Mean cross-entropy, nats: less is better.</summary>
    Loss,
}
