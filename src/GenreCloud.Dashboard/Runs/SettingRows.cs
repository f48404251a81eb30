using System.Text.Json;
using System.Text.Json.Serialization;
using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Runs;

/// <summary>A run's settings as rows of name and value, named as the API does: <c>augmentation.timeMasks</c>.</summary>
internal static class SettingRows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>What is set.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(RunSettings settings)
    {
        var rows = new List<(string, string)>();
        Add(rows, prefix: "", JsonSerializer.SerializeToElement(settings, Json));
        return rows;
    }

    /// <summary>The settings in which runs differ: a row has one value a run, "-" where it has none.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Differing(IReadOnlyList<RunSettings> runs)
    {
        var all = runs.Select(settings => Of(settings).ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal)).ToArray();
        return
        [
            .. from name in all.SelectMany(rows => rows.Keys).Distinct(StringComparer.Ordinal)
               let values = all.Select(rows => rows.GetValueOrDefault(name, "-")).ToArray()
               where values.Distinct(StringComparer.Ordinal).Count() > 1
               select (name, (IReadOnlyList<string>)values),
        ];
    }

    private static void Add(List<(string, string)> rows, string prefix, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(rows, prefix.Length == 0 ? member.Name : $"{prefix}.{member.Name}", member.Value);
                }

                break;
            case JsonValueKind.Array:
                rows.Add((prefix, string.Join(", ", value.EnumerateArray())));
                break;
            default:
                rows.Add((prefix, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
                break;
        }
    }
}
