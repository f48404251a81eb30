using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenreCloud.Training.Runs;

/// <summary>The peak of a run's schedule: a number, or what a range test over the training spectrograms finds. In JSON a number, or "auto".</summary>
/// <param name="Peak">Null for a range test.</param>
[JsonConverter(typeof(LearningRateConverter))]
public readonly record struct LearningRate(double? Peak)
{
    /// <summary>By a range test.</summary>
    public static LearningRate Auto => default;

    public static implicit operator LearningRate(double peak) => new(peak);

    public static LearningRate FromDouble(double peak) => new(peak);
}

/// <summary>Reads and writes <see cref="LearningRate"/>.</summary>
internal sealed class LearningRateConverter : JsonConverter<LearningRate>
{
    private const string Auto = "auto";

    public override LearningRate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.GetDouble(),
        JsonTokenType.String when reader.ValueTextEquals(Auto) => LearningRate.Auto,
        JsonTokenType.String when reader.ValueTextEquals("NaN") => double.NaN,
        _ => throw new JsonException($"learningRate is a number, or \"{Auto}\" for a range test."),
    };

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
