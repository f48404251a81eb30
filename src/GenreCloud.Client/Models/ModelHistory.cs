namespace GenreCloud.Client.Models;

/// <summary>A change with its place in a model's history, which it keeps.</summary>
/// <param name="Number">1 for the oldest.</param>
/// <param name="Change">What changed.</param>
public sealed record NumberedChange(int Number, ModelChange Change);

/// <summary>Something that changed about a model.</summary>
/// <param name="Id">The same wherever the change is told; null for changes by old versions of the service.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Alias">The alias that was moved or removed, or whose rule or gate was changed.</param>
/// <param name="From">The version that the alias stood for; null when it was new.</param>
/// <param name="To">The version that the alias stands for; null when it was removed.</param>
/// <param name="Version">The version that was deleted.</param>
/// <param name="Who">Person or service.</param>
/// <param name="Why">A sentence.</param>
/// <param name="Gate">What the alias's gate said of a move; null when there was nothing to ask.</param>
/// <param name="Traffic">The alias's rule after a change of it; null when it was taken away.</param>
/// <param name="GateBefore">The alias's gate before a change of it; null when it had none.</param>
/// <param name="GateAfter">The alias's gate after a change of it; null when it was taken away.</param>
public sealed record ModelChange(
    string? Id,
    DateTimeOffset At,
    ModelChangeKind Kind,
    string? Alias,
    int? From,
    int? To,
    int? Version,
    string Who,
    string? Why,
    GateVerdict? Gate,
    TrafficRule? Traffic = null,
    PromotionGate? GateBefore = null,
    PromotionGate? GateAfter = null);

/// <summary>What changed about a model.</summary>
public enum ModelChangeKind
{
    AliasMoved,
    AliasRemoved,
    VersionDeleted,
    TrafficChanged,
    GateChanged,
}
