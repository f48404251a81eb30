using System.Globalization;
using GenreCloud.Client.Models;

namespace GenreCloud.Dashboard.Models;

/// <summary>Changes of models in words.</summary>
internal static class ChangeText
{
    public static string Of(ModelChange change) => change switch
    {
        { Kind: ModelChangeKind.AliasMoved, From: null } => $"{change.Alias} is version {change.To}",
        { Kind: ModelChangeKind.AliasMoved } => $"{change.Alias} moved from version {change.From} to {change.To}",
        { Kind: ModelChangeKind.AliasRemoved } => $"{change.Alias}, version {change.From}, was removed",
        { Kind: ModelChangeKind.TrafficChanged, Traffic: { } rule } => string.Create(
            CultureInfo.InvariantCulture, $"{change.Alias} tries version {rule.Version} (canary {rule.CanaryShare:p0}, shadow {rule.ShadowShare:p0})"),
        { Kind: ModelChangeKind.TrafficChanged } => $"{change.Alias} tries no other version any more",
        { Kind: ModelChangeKind.GateChanged, GateAfter: null } => $"{change.Alias} has no gate any more",
        { Kind: ModelChangeKind.GateChanged, GateAfter: { } gate } => string.Create(
            CultureInfo.InvariantCulture, $"{change.Alias} moves only to versions that are better in {gate.Metric} by more than {gate.MinimumGain}"),
        _ => $"Version {change.Version} was deleted",
    };

    /// <summary>What the aliases are, for who has to decide again.</summary>
    /// <param name="aliases">Null where the service did not say.</param>
    public static string Present(IReadOnlyDictionary<string, int>? aliases) =>
        (aliases is null ? "" : $"Now {string.Join(", ", aliases.Select(alias => $"{alias.Key} is version {alias.Value}"))}. ")
        + "Nothing was done. Look at the history below, and decide again.";
}
