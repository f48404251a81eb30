using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GenreCloud.Client.Http;

namespace GenreCloud.Client.Tests.Contract;

/// <summary>Compares the schemas of an OpenAPI document with the records that are to read and write them.</summary>
/// <param name="document">The OpenAPI document.</param>
/// <param name="renamed">The record of a schema, where it has another name.</param>
/// <param name="further">Properties that a record may have besides those of a schema.</param>
/// <param name="unused">Properties of a schema that its record need not have.</param>
/// <param name="withoutRecord">Schemas that have no record.</param>
internal sealed class SchemaContract(
    JsonElement document,
    IReadOnlyDictionary<string, Type> renamed,
    IReadOnlyDictionary<string, string[]> further,
    IReadOnlyDictionary<string, string[]> unused,
    string[] withoutRecord)
{
    /// <summary>The Open Inference Protocol has clients of its own.</summary>
    private const string OtherProtocol = "/v2";

    private static readonly ILookup<string, Type> Records = typeof(InferenceClient).Assembly.GetExportedTypes().ToLookup(type => type.Name);

    private readonly JsonElement _schemas = document.GetProperty("components").GetProperty("schemas");
    private readonly List<string> _faults = [];

    public HashSet<Type> CheckedTypes { get; } = [];

    /// <summary>What does not agree, each in a line.</summary>
    public IReadOnlyList<string> Check()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(path => !path.Name.StartsWith(OtherProtocol, StringComparison.Ordinal)))
        {
            Reach(path.Value, reached);
        }

        foreach (var name in reached.Except(withoutRecord).Order(StringComparer.Ordinal))
        {
            if (RecordOf(name) is { } record)
            {
                CheckedTypes.Add(record);
                Check(name, _schemas.GetProperty(name), record);
            }
        }

        return _faults;
    }

    private void Check(string name, JsonElement schema, Type record)
    {
        if (schema.TryGetProperty("enum", out var values))
        {
            var known = Enum.GetValues(record).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, record, ClientJson.Options).GetString());
            Compare(name, values.EnumerateArray().Select(value => value.GetString()).OfType<string>(), known.OfType<string>());
            return;
        }

        var properties = ClientJson.Options.GetTypeInfo(record).Properties.Where(property => property.Get is not null || property.Set is not null)
            .ToDictionary(property => property.Name, StringComparer.Ordinal);
        var described = schema.TryGetProperty("properties", out var all) ? all.EnumerateObject().ToArray() : [];
        Compare(
            name,
            described.Select(property => property.Name).Except(unused.GetValueOrDefault(name, [])),
            properties.Keys.Except(further.GetValueOrDefault(name, [])));
        foreach (var property in described)
        {
            if (properties.TryGetValue(property.Name, out var own))
            {
                Check($"{name}.{property.Name}", property.Value, own);
            }
        }
    }

    private void Check(string place, JsonElement schema, JsonPropertyInfo property) => CheckType(place, schema, property.PropertyType);

    private void CheckType(string place, JsonElement schema, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = NameOf(reference);
            Expect(place, withoutRecord.Contains(name) || RecordOf(name) == type, $"is {name}, and {type.Name} here");
            return;
        }

        foreach (var choice in (string[])["oneOf", "anyOf"])
        {
            if (schema.TryGetProperty(choice, out var choices))
            {
                foreach (var one in choices.EnumerateArray().Where(one => one.TryGetProperty("$ref", out _)))
                {
                    CheckType(place, one, type);
                }
            }
        }

        var kinds = KindsOf(schema);
        if (kinds.Contains("array"))
        {
            CheckItems(place, schema, type);
        }
        else if (kinds.Contains("object") && schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object)
        {
            var arguments = type.GetGenericArguments();
            Expect(place, arguments.Length == 2 && arguments[0] == typeof(string), $"is a map, and {type.Name} here");
            if (arguments.Length == 2)
            {
                CheckType($"{place}[]", values, arguments[1]);
            }
        }
        else if (kinds.Contains("integer"))
        {
            var isLong = schema.TryGetProperty("format", out var format) && format.GetString() == "int64";
            Expect(place, type == (isLong ? typeof(long) : typeof(int)), $"is {(isLong ? "int64" : "int32")}, and {type.Name} here");
        }
        else if (kinds.Contains("number"))
        {
            Expect(place, type == typeof(double) || type == typeof(float), $"is a number, and {type.Name} here");
        }
        else if (kinds.Contains("boolean"))
        {
            Expect(place, type == typeof(bool), $"is a boolean, and {type.Name} here");
        }
        else if (kinds.Contains("string"))
        {
            Type[] texts = [typeof(string), typeof(Uri), typeof(DateTimeOffset), typeof(Guid), typeof(byte[])];
            Expect(place, texts.Contains(type) || type.IsEnum, $"is a string, and {type.Name} here");
        }
    }

    private void CheckItems(string place, JsonElement schema, Type type)
    {
        var item = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
        Expect(place, item is not null, $"is a list, and {type.Name} here");
        if (item is not null && schema.TryGetProperty("items", out var items))
        {
            CheckType($"{place}[]", items, item);
        }
    }

    private Type? RecordOf(string name)
    {
        if (renamed.TryGetValue(name, out var record))
        {
            return record;
        }

        Type[] found = [.. Records[name]];
        Expect(name, found.Length == 1, "has no record here");
        return found.Length == 1 ? found[0] : null;
    }

    private void Compare(string place, IEnumerable<string> theirs, IEnumerable<string> ours)
    {
        foreach (var lost in theirs.Except(ours))
        {
            _faults.Add($"{place}: {lost} is lost here");
        }

        foreach (var unknown in ours.Except(theirs))
        {
            _faults.Add($"{place}: {unknown} is not there");
        }
    }

    private void Expect(string place, bool condition, string otherwise)
    {
        if (!condition && !_faults.Contains($"{place} {otherwise}"))
        {
            _faults.Add($"{place} {otherwise}");
        }
    }

    private void Reach(JsonElement element, HashSet<string> reached)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Reach(item, reached);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.NameEquals("$ref") && reached.Add(NameOf(property.Value)))
                {
                    Reach(_schemas.GetProperty(NameOf(property.Value)), reached);
                }

                Reach(property.Value, reached);
            }
        }
    }

    private static string NameOf(JsonElement reference) => reference.GetString()!.Split('/')[^1];

    private static string[] KindsOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(kind => kind.GetString()!)]
        : [type.GetString()!];
}
