using System.Text.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>Brings rules of a request into the form in which they are applied and recorded, or says what is wrong with them.</summary>
internal static class LabelRulesCheck
{
    /// <summary>Of their JSON: the import's document, which is written again with every progress, holds them. Some 1,500 merges fit.</summary>
    private const int MaxBytes = 64 << 10;

    /// <summary>Names are trimmed, as the fields of a CSV are, and chains of merges followed to their end.</summary>
    /// <exception cref="ImportFailedException">They cannot be used; the detail says which and why.</exception>
    public static LabelRules Checked(LabelRules rules)
    {
        if (JsonSerializer.SerializeToUtf8Bytes(rules, GenreCloudJson.Options).Length > MaxBytes)
        {
            throw Unusable($"They are longer than {MaxBytes >> 10} KiB of JSON. Map the labels in the CSV itself.");
        }

        var ids = Names(rules.Ids, "ids");
        if (ids.Length == 0)
        {
            throw Unusable("ids names no column.");
        }

        var tabular = Names(rules.Tabular, "tabular");
        if (tabular.FirstOrDefault(column => !column.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or ' ')) is { } odd)
        {
            throw Unusable($"tabular: \"{odd}\" cannot be a column of the dataset; letters, digits, spaces, - and _ can.");
        }

        var label = Name(rules.Label, "label")!;
        if (ids.Contains(label))
        {
            throw Unusable($"\"{label}\" cannot be both an id and the label.");
        }

        var drops = Names(rules.Drops, "drops");
        return new LabelRules
        {
            Ids = ids,
            Label = label,
            Artists = Name(rules.Artists, "artists"),
            ArtistIds = Name(rules.ArtistIds, "artistIds"),
            Collection = Name(rules.Collection, "collection"),
            Title = Name(rules.Title, "title"),
            Tabular = tabular,
            Merges = Resolved(Merges(rules.Merges), drops),
            Drops = drops,
        };
    }

    public static ImportFailedException Unusable(string why) => new("labelRules cannot be used", $"labelRules: {why}");

    private static string? Name(string? name, string rule) =>
        name is null || !string.IsNullOrWhiteSpace(name) ? name?.Trim() : throw Unusable($"{rule} has an empty name.");

    private static string[] Names(IReadOnlyList<string> names, string rule)
    {
        var trimmed = names.Select(name => Name(name ?? "", rule)!).ToArray();
        return trimmed.CountBy(name => name).FirstOrDefault(name => name.Value > 1) is { Key: { } twice } ? throw Unusable($"{rule} names \"{twice}\" twice.") : trimmed;
    }

    private static Dictionary<string, string> Merges(IReadOnlyDictionary<string, string> merges)
    {
        Names([.. merges.Keys], "merges");
        return merges.ToDictionary(merge => merge.Key.Trim(), merge => Name(merge.Value ?? "", "merges")!, StringComparer.Ordinal);
    }

    private static SortedDictionary<string, string> Resolved(Dictionary<string, string> merges, string[] drops)
    {
        var resolved = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var from in merges.Keys)
        {
            if (drops.Contains(from))
            {
                throw Unusable($"\"{from}\" is both merged and dropped.");
            }

            var chain = new List<string> { from };
            while (merges.TryGetValue(chain[^1], out var to))
            {
                if (chain.Contains(to))
                {
                    throw Unusable($"merges go in a circle: {string.Join(" -> ", chain.Append(to).Select(label => $"\"{label}\""))}.");
                }

                chain.Add(to);
            }

            resolved.Add(
                from, !drops.Contains(chain[^1]) ? chain[^1] : throw Unusable($"\"{from}\" is merged into \"{chain[^1]}\", which is dropped. Drop both, or neither."));
        }

        return resolved;
    }
}
