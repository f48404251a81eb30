using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenreCloud.Client.Runs;

/// <summary>The peak of a run's schedule: a number, or what a range test finds.</summary>
/// <param name="Peak">Null for a range test.</param>
[JsonConverter(typeof(LearningRateConverter))]
public readonly record struct LearningRate(double? Peak)
{
    /// <summary>By a range test.</summary>
    public static LearningRate Auto => default;

    public static implicit operator LearningRate(double peak) => new(peak);

    public static LearningRate FromDouble(double peak) => new(peak);
}

/// <summary>In JSON a number, or "auto".</summary>
internal sealed class LearningRateConverter : JsonConverter<LearningRate>
{
    private const string Auto = "auto";

    public override LearningRate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble()
        : reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Auto) ? LearningRate.Auto
        : throw new JsonException($"A learning rate is a number or \"{Auto}\".");

    public override void Write(Utf8JsonWriter writer, LearningRate value, JsonSerializerOptions options)
    {
        if (value.Peak is { } peak)
        {
            writer.WriteNumberValue(peak);
        }
        else
        {
            writer.WriteStringValue(Auto);
        }
    }
}
