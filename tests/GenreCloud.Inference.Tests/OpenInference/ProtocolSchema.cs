using System.Text.Json;

namespace GenreCloud.Inference.Tests.OpenInference;

/// <summary>The shapes of the answers, as the REST schema of the Open Inference Protocol has them: which members there must and may be, of which types.</summary>
internal abstract record ProtocolSchema
{
    public static readonly ProtocolSchema Text = new Scalar(JsonValueKind.String);
    public static readonly ProtocolSchema Integer = new WholeNumber();
    public static readonly ProtocolSchema Boolean = new Scalar(JsonValueKind.True, JsonValueKind.False);
    public static readonly ProtocolSchema Parameters = new Map(new Scalar(JsonValueKind.String, JsonValueKind.Number, JsonValueKind.True, JsonValueKind.False));
    public static readonly ProtocolSchema Error = new Members([("error", Text)], []);
    public static readonly ProtocolSchema ServerMetadata = new Members([("name", Text), ("version", Text), ("extensions", new List(Text))], []);

    public static readonly ProtocolSchema Tensor = new Members([("name", Text), ("datatype", Text), ("shape", new List(Integer))], []);

    public static readonly ProtocolSchema ModelMetadata = new Members(
        [("name", Text), ("platform", Text)],
        [("versions", new List(Text)), ("inputs", new List(Tensor)), ("outputs", new List(Tensor)), ("properties", new Map(Text))]);

    public static readonly ProtocolSchema Inference = Answer(new Members(
        [("name", Text), ("shape", new List(Integer)), ("datatype", Text), ("data", new TensorElements())], [("parameters", Parameters)]));

    /// <summary>By the extension for binary tensor data, outputs have a size in place of data.</summary>
    public static readonly ProtocolSchema BinaryInference = Answer(new Members(
        [("name", Text), ("shape", new List(Integer)), ("datatype", Text), ("parameters", new Members([("binary_data_size", Integer)], []))], []));

    /// <returns>What is not as the schema has it, each with the place.</returns>
    public abstract IEnumerable<string> FaultsOf(JsonElement element, string at = "$");

    private static Members Answer(ProtocolSchema output) => new(
        [("model_name", Text), ("outputs", new List(output))], [("model_version", Text), ("id", Text), ("parameters", Parameters)]);

    private sealed record Scalar(params JsonValueKind[] Kinds) : ProtocolSchema
    {
        public override IEnumerable<string> FaultsOf(JsonElement element, string at) =>
            Kinds.Contains(element.ValueKind) ? [] : [$"{at} is {element.ValueKind}"];
    }

    private sealed record WholeNumber : ProtocolSchema
    {
        public override IEnumerable<string> FaultsOf(JsonElement element, string at) =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out _) ? [] : [$"{at} is no whole number"];
    }

    private sealed record List(ProtocolSchema Element) : ProtocolSchema
    {
        public override IEnumerable<string> FaultsOf(JsonElement element, string at) => element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().SelectMany((item, index) => Element.FaultsOf(item, $"{at}[{index}]"))
            : [$"{at} is no list"];
    }

    private sealed record TensorElements : ProtocolSchema
    {
        public override IEnumerable<string> FaultsOf(JsonElement element, string at) => element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().SelectMany((item, index) => item.ValueKind switch
            {
                JsonValueKind.Array => FaultsOf(item, $"{at}[{index}]"),
                JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False => [],
                _ => [$"{at}[{index}] is {item.ValueKind}"],
            })
            : [$"{at} is no list"];
    }

    private sealed record Map(ProtocolSchema Value) : ProtocolSchema
    {
        public override IEnumerable<string> FaultsOf(JsonElement element, string at) => element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(member => Value.FaultsOf(member.Value, $"{at}.{member.Name}"))
            : [$"{at} is no object"];
    }

    private sealed record Members((string Name, ProtocolSchema Schema)[] Required, (string Name, ProtocolSchema Schema)[] Optional) : ProtocolSchema
    {
        public override IEnumerable<string> FaultsOf(JsonElement element, string at)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                return [$"{at} is no object"];
            }

            var known = Required.Concat(Optional).ToDictionary(member => member.Name, member => member.Schema, StringComparer.Ordinal);
            return Required.Where(member => !element.TryGetProperty(member.Name, out _)).Select(member => $"{at}.{member.Name} is missing")
                .Concat(element.EnumerateObject().SelectMany(member => known.TryGetValue(member.Name, out var schema)
                    ? schema.FaultsOf(member.Value, $"{at}.{member.Name}")
                    : [$"{at}.{member.Name} is not in the schema"]));
        }
    }
}
