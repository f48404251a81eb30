using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>What a request changes in a profile's <see cref="LabelRules"/>. What is left out stays as the profile has it.</summary>
public sealed record LabelRulesRequest
{
    internal const string ParameterDescription =
        "How the labels CSV is read, where it is not the profile's: {\"ids\": [columns], \"label\": column, \"artists\": column, \"artistIds\": column, "
        + "\"collection\": column, \"title\": column, \"tabular\": [columns], \"merges\": {label: label}, \"drops\": [labels]}. What is left out stays as the profile has it.";

    [Description("Columns that tell the track by id, path or URI; the first that has a value in a row counts.")]
    public IReadOnlyList<string>? Ids { get; init; }

    [Description("The column with the label.")]
    public string? Label { get; init; }

    [Description("The column with the artists: one name, or a list as Python writes it.")]
    public string? Artists { get; init; }

    [Description("The column with the artists' ids, in the order of the names.")]
    public string? ArtistIds { get; init; }

    [Description("The column with the album or playlist.")]
    public string? Collection { get; init; }

    [Description("The column with the track's title.")]
    public string? Title { get; init; }

    [Description("Columns of numbers to keep. Networks with a tabular input take those of profile metal.")]
    public IReadOnlyList<string>? Tabular { get; init; }

    [Description("Labels that become part of another class: {\"blackgaze\": \"black metal\"}. Instead of the profile's, not beside them.")]
    public IReadOnlyDictionary<string, string>? Merges { get; init; }

    [Description("Labels whose tracks are left out. Instead of the profile's, not beside them.")]
    public IReadOnlyList<string>? Drops { get; init; }

    /// <summary>Fields that there are none of: a misspelt rule must not be ignored.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Reads the rules from the query of an upload.</summary>
    /// <exception cref="ImportFailedException">It is not the JSON of rules.</exception>
    internal static LabelRulesRequest? Parse(string? json)
    {
        try
        {
            return string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<LabelRulesRequest>(json, GenreCloudJson.Options);
        }
        catch (JsonException exception)
        {
            throw LabelRulesCheck.Unusable(exception.Message);
        }
    }

    /// <summary>The profile's rules with what this changes.</summary>
    /// <exception cref="ImportFailedException">They cannot be used; the detail says which and why.</exception>
    internal LabelRules Over(LabelRules own)
    {
        if (Unknown is { Count: > 0 })
        {
            throw LabelRulesCheck.Unusable(
                $"There is no {string.Join(", ", Unknown.Keys)}; there are ids, label, artists, artistIds, collection, title, tabular, merges and drops.");
        }

        return LabelRulesCheck.Checked(new LabelRules
        {
            Ids = Ids ?? own.Ids,
            Label = Label ?? own.Label,
            Artists = Artists ?? own.Artists,
            ArtistIds = ArtistIds ?? own.ArtistIds,
            Collection = Collection ?? own.Collection,
            Title = Title ?? own.Title,
            Tabular = Tabular ?? own.Tabular,
            Merges = Merges ?? own.Merges,
            Drops = Drops ?? own.Drops,
        });
    }
}
