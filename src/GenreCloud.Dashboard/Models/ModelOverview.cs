using GenreCloud.Client;
using GenreCloud.Client.Models;

namespace GenreCloud.Dashboard.Models;

/// <summary>A version in the list of its model.</summary>
/// <param name="Aliases">That stand for it.</param>
/// <param name="TriedBy">Aliases that try it with a part of their requests.</param>
/// <param name="Card">Null for one that was deleted a moment ago.</param>
internal sealed record VersionRow(int Version, IReadOnlyList<string> Aliases, IReadOnlyList<string> TriedBy, ModelCard? Card);

/// <summary>A model with all that its page shows.</summary>
/// <param name="Model">With the ETag on which changes are decided.</param>
/// <param name="Versions">The newest first.</param>
/// <param name="OlderVersions">How many more there are.</param>
/// <param name="History">The newest first.</param>
/// <param name="Traffic">By alias, of those with a rule.</param>
internal sealed record ModelOverview(
    Model Model, IReadOnlyList<VersionRow> Versions, int OlderVersions, IReadOnlyList<NumberedChange> History, IReadOnlyDictionary<string, AliasTraffic> Traffic)
{
    /// <summary>Whose cards are read at once: a page of a list.</summary>
    public const int MostVersions = 20;

    /// <summary>As many changes as people look back.</summary>
    private const int Changes = 50;

    public static async Task<ModelOverview> ReadAsync(InferenceClient inference, string name, int versions, CancellationToken cancellationToken)
    {
        var model = await inference.GetModelAsync(name, cancellationToken);
        var history = inference.GetHistoryAsync(name, Changes, cancellationToken: cancellationToken);
        var traffic = new Dictionary<string, AliasTraffic>();
        foreach (var alias in model.Aliases.Keys)
        {
            if (await inference.GetTrafficAsync(name, alias, cancellationToken) is { Rule: not null } tried)
            {
                traffic.Add(alias, tried);
            }
        }

        int[] shown = [.. model.Versions.Reverse().Take(versions)];
        var cards = await Task.WhenAll(shown.Select(version => FindCardAsync(inference, name, version, cancellationToken)));
        return new ModelOverview(
            model,
            [
                .. shown.Zip(cards, (version, card) => new VersionRow(
                    version,
                    [.. model.Aliases.Where(alias => alias.Value == version).Select(alias => alias.Key)],
                    [.. traffic.Where(alias => alias.Value.Rule!.Version == version).Select(alias => alias.Key)],
                    card)),
            ],
            model.Versions.Count - shown.Length,
            await history,
            traffic);
    }

    private static async Task<ModelCard?> FindCardAsync(InferenceClient inference, string name, int version, CancellationToken cancellationToken)
    {
        try
        {
            return await inference.GetModelVersionAsync(name, version, cancellationToken);
        }
        catch (GenreCloudException exception) when (exception.Problem.Status == 404)
        {
            return null;
        }
    }
}
