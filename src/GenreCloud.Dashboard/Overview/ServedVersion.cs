using GenreCloud.Client.Models;

namespace GenreCloud.Dashboard.Overview;

/// <summary>A model version that answers: it has an alias, or was asked for by its number.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Aliases">That stand for it, by name.</param>
/// <param name="Rate">Null when it was not asked in the last minute.</param>
internal sealed record ServedVersion(string Model, int Version, IReadOnlyList<string> Aliases, ServingRate? Rate)
{
    /// <summary>By model and version.</summary>
    public static IReadOnlyList<ServedVersion> Of(IReadOnlyList<Model> models, IReadOnlyList<ServingRate> rates)
    {
        var aliases = models.SelectMany(model => model.Aliases.Select(alias => (model.Name, Version: alias.Value, Alias: alias.Key)))
            .ToLookup(alias => (alias.Name, alias.Version), alias => alias.Alias);
        return
        [
            .. aliases.Select(group => group.Key)
                .Union(rates.Select(rate => (rate.Model, rate.Version)))
                .OrderBy(key => key.Item1, StringComparer.Ordinal).ThenBy(key => key.Item2)
                .Select(key => new ServedVersion(
                    key.Item1,
                    key.Item2,
                    [.. aliases[key].Order(StringComparer.Ordinal)],
                    rates.FirstOrDefault(rate => (rate.Model, rate.Version) == key))),
        ];
    }
}
