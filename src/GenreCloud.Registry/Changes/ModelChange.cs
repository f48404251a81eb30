using System.Text.Json.Serialization;

namespace GenreCloud.Registry;

/// <summary>A line of history.jsonl: something that changed about a model, and will not be changed any more.</summary>
public sealed record ModelChange
{
    /// <summary>The same wherever and however often the change is told; null in lines of older programs.</summary>
    public string? Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Lines of older programs have none: they are moves of aliases.</summary>
    public ModelChangeKind Kind { get; init; }

    /// <summary>The alias that was moved or removed, or whose rule or gate was changed.</summary>
    public string? Alias { get; init; }

    /// <summary>The version that the alias stood for; null when it was new.</summary>
    public int? From { get; init; }

    /// <summary>The version that the alias stands for; null when it was removed.</summary>
    public int? To { get; init; }

    /// <summary>The version that was deleted.</summary>
    public int? Version { get; init; }

    /// <summary>The alias's rule after a change of it; null when it was taken away.</summary>
    public TrafficRule? Traffic { get; init; }

    /// <summary>The alias's gate before a change of it; null when it had none.</summary>
    public PromotionGate? GateBefore { get; init; }

    /// <summary>The alias's gate after a change of it; null when it was taken away.</summary>
    public PromotionGate? GateAfter { get; init; }

    /// <summary>Person or service.</summary>
    public required string Who { get; init; }

    /// <summary>A sentence.</summary>
    public string? Why { get; init; }

    /// <summary>Whether it says what an alias stands for.</summary>
    [JsonIgnore]
    public bool IsOfAlias => Kind is ModelChangeKind.AliasMoved or ModelChangeKind.AliasRemoved;

    /// <summary>What the alias's gate said of a move; null when there was nothing to ask.</summary>
    public GateVerdict? Gate { get; init; }
}

/// <summary>What changed about a model.</summary>
public enum ModelChangeKind
{
    AliasMoved,
    AliasRemoved,
    VersionDeleted,
    TrafficChanged,
    GateChanged,
}
