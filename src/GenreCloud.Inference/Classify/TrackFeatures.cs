using System.IO.Pipelines;
using System.Text.Json;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.Classify;

/// <summary>What the sender of a song knows of it, for models with a tabular branch: numbers by the names of <see cref="TabularFeatures.Columns"/>, each optional.</summary>
internal sealed class TrackFeatures
{
    /// <summary>16 numbers take a few hundred bytes however they are written.</summary>
    private const int MaxBytes = 16 * 1024;

    private readonly IReadOnlyDictionary<string, float> _values;

    private TrackFeatures(IReadOnlyDictionary<string, float> values) => _values = values;

    /// <summary>Reads a JSON object: <c>{"tempo": 174, "key": 4}</c>; null stands for what is not known.</summary>
    /// <exception cref="ProblemException">It is none, or has names or values that are none; the message lists them.</exception>
    public static async Task<TrackFeatures> ReadAsync(Stream json, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(json, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            return Parse(await reader.ReadWholeAsync(MaxBytes, cancellationToken)
                ?? throw Invalid($"They have more than {MaxBytes:N0} bytes."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for names that are no UTF-8, or half of a surrogate pair.
            throw Invalid($"They are not JSON: {exception.Message}");
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw Invalid($"The request ends before they do: {exception.Message}");
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>The values as a model takes them.</summary>
    /// <returns>float32 [columns], NaN = missing; null where no value is given.</returns>
    /// <exception cref="ProblemException">The model has no tabular branch.</exception>
    public float[]? RowFor(ModelCard card)
    {
        if (_values.Count == 0)
        {
            return null;
        }

        if (card.Signature.Inputs.FirstOrDefault(input => input.Name == ModelSignature.Tabular) is not { } tabular
            || tabular.Shape[1] != TabularFeatures.Columns.Count)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "The model takes no features",
                $"{card.Model} version {card.Version} judges by the sound alone. Leave the features out, or ask a model with a tabular branch.");
        }

        return [.. TabularFeatures.Columns.Select(column => _values.GetValueOrDefault(column, float.NaN))];
    }

    private static TrackFeatures Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("They are no JSON object.");
        }

        var values = new Dictionary<string, float>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (unknown, repeated, unreadable) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var feature in document.RootElement.EnumerateObject())
        {
            if (!TabularFeatures.Columns.Contains(feature.Name))
            {
                unknown.Add(Quoted(feature.Name));
            }
            else if (!seen.Add(feature.Name))
            {
                repeated.Add(feature.Name);
            }
            else if (feature.Value.ValueKind == JsonValueKind.Number && feature.Value.TryGetSingle(out var value) && float.IsFinite(value))
            {
                values.Add(feature.Name, value);
            }
            else if (feature.Value.ValueKind != JsonValueKind.Null)
            {
                unreadable.Add(feature.Name);
            }
        }

        string[] faults = [.. Fault("unknown", unknown), .. Fault("given twice", repeated), .. Fault("no number", unreadable)];
        return faults.Length == 0
            ? new TrackFeatures(values)
            : throw Invalid($"{string.Join("; ", faults)}. There are, each optional: {string.Join(", ", TabularFeatures.Columns)}.");
    }

    private static string[] Fault(string what, List<string> names) => names.Count == 0 ? [] : [$"{what}: {string.Join(", ", names)}"];

    private static string Quoted(string name)
    {
        const int quotedCharacters = 40;
        return $"\"{(name.Length > quotedCharacters ? $"{name[..quotedCharacters]}..." : name)}\"";
    }

    private static ProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "The features cannot be used", detail);
}
