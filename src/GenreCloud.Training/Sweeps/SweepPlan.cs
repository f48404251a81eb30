using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>Which runs a sweep is made of: every combination of its values, or so many drawn at random, each once a fold.</summary>
internal static class SweepPlan
{
    /// <summary>Runs of one sweep: more would hide a mistake in the request rather than help a search.</summary>
    public const int MaxRuns = 1000;

    /// <summary>The combinations with the requests of their runs.</summary>
    /// <exception cref="ProblemException">The request contradicts itself, or names what no run has.</exception>
    public static IReadOnlyList<(JsonObject Parameters, IReadOnlyList<RunRequest> Runs)> Of(SweepRequest request)
    {
        var run = request.Run ?? throw Invalid("run is missing", "Give what all runs have in common: the body of POST /api/runs, at least its dataset.");
        var parameters = (request.Parameters ?? new Dictionary<string, JsonElement>())
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .Select(parameter => new SweepParameter(parameter.Key, parameter.Value))
            .ToArray();
        if (parameters.Length == 0 && request.Folds is null)
        {
            throw Invalid("There is nothing to compare", "Give parameters with several values, or folds.");
        }

        RequestRange.Require("folds", request.Folds, 2, RunIntake.MostFolds);
        RequestRange.Require("samples", request.Samples, 1, MaxRuns);
        var combinations = request.Samples is { } samples ? Draw(parameters, samples, request.Seed ?? 1) : Combine(parameters);
        var runs = combinations.Count * (request.Folds ?? 1L);
        if (runs > MaxRuns)
        {
            throw Invalid("The sweep is too large", $"It would be {runs:N0} runs; {MaxRuns:N0} are the most. Take fewer values, or draw some with samples.");
        }

        return [.. combinations.Select(combination => (combination, RunsOf(run, combination, request.Folds)))];
    }

    private static IReadOnlyList<RunRequest> RunsOf(RunRequest run, JsonObject combination, int? folds)
    {
        var json = JsonSerializer.SerializeToNode(run, GenreCloudJson.Options)!.AsObject();
        foreach (var (path, value) in combination)
        {
            Set(json, path.Split('.'), value!.DeepClone());
        }

        RunRequest changed;
        try
        {
            changed = json.Deserialize<RunRequest>(GenreCloudJson.Options)!;
        }
        catch (JsonException exception)
        {
            throw Invalid("A parameter has a value that a run cannot have", exception.Message);
        }

        // Who asks how good the settings are does not ask for as many versions of a model, each of a part of the data.
        return folds is { } count
            ?
            [
                .. Enumerable.Range(1, count).Select(fold => changed with
                {
                    Split = (changed.Split ?? new()) with { Folds = count, Fold = fold }, Register = changed.Register ?? false,
                }),
            ]
            : [changed];
    }

    private static void Set(JsonObject json, ReadOnlySpan<string> path, JsonNode value)
    {
        if (path.Length == 1)
        {
            json[path[0]] = value;
            return;
        }

        if (json[path[0]] is not JsonObject inner)
        {
            json[path[0]] = inner = [];
        }

        Set(inner, path[1..], value);
    }

    /// <summary>Every combination, the last parameter changing fastest.</summary>
    private static List<JsonObject> Combine(SweepParameter[] parameters)
    {
        var count = parameters.Aggregate(1L, (product, parameter) => Math.Min(product * parameter.RequireValues().Count, int.MaxValue));
        if (count > MaxRuns)
        {
            throw Invalid("The sweep is too large", $"It has {count:N0} combinations; {MaxRuns:N0} are the most. Take fewer values, or draw some with samples.");
        }

        List<JsonObject> combinations = [[]];
        foreach (var parameter in parameters)
        {
            combinations = [.. combinations.SelectMany(_ => parameter.RequireValues(), (combination, value) => With(combination, parameter.Path, value))];
        }

        return combinations;
    }

    private static List<JsonObject> Draw(SweepParameter[] parameters, int samples, int seed)
    {
        // What was drawn is stored: the generator need not give the same numbers in the next version of .NET.
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, samples).Select(_ => parameters.Aggregate(
                new JsonObject(), (combination, parameter) => With(combination, parameter.Path, parameter.Draw(random)))),
        ];
    }

    private static JsonObject With(JsonObject combination, string path, JsonNode value)
    {
        var copy = combination.DeepClone().AsObject();
        copy[path] = value.DeepClone();
        return copy;
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);

    /// <summary>A field of the run with the values that it may take.</summary>
    private sealed class SweepParameter
    {
        private readonly IReadOnlyList<JsonNode>? _values;
        private readonly double _min;
        private readonly double _max;
        private readonly bool _isLogarithmic;
        private readonly bool _isWhole;

        public SweepParameter(string path, JsonElement definition)
        {
            Path = path;
            _isWhole = TypeOf(path) is { } type && (type == typeof(int) || type == typeof(int?));
            if (definition.ValueKind == JsonValueKind.Array && definition.GetArrayLength() > 0)
            {
                _values = [.. definition.EnumerateArray().Select(value => JsonNode.Parse(value.GetRawText()) ?? throw Unusable("null is no value"))];
                return;
            }

            if (definition.ValueKind != JsonValueKind.Object
                || !definition.TryGetProperty("min", out var min) || !min.TryGetDouble(out _min)
                || !definition.TryGetProperty("max", out var max) || !max.TryGetDouble(out _max)
                || !(_min < _max))
            {
                throw Unusable("Give a list of values, or {\"min\", \"max\"} with min below max");
            }

            var scale = definition.TryGetProperty("scale", out var given) ? given.ToString() : "linear";
            _isLogarithmic = scale == "log";
            if (scale is not ("log" or "linear") || (_isLogarithmic && _min <= 0))
            {
                throw Unusable("scale is linear or log, and log needs a min above 0");
            }
        }

        public string Path { get; }

        public IReadOnlyList<JsonNode> RequireValues() => _values ?? throw Unusable("A range needs samples, the number of draws");

        public JsonNode Draw(Random random)
        {
            if (_values is not null)
            {
                return _values[random.Next(_values.Count)];
            }

            var value = _isLogarithmic
                ? _min * Math.Pow(_max / _min, random.NextDouble())
                : _min + ((_max - _min) * random.NextDouble());
            return _isWhole ? JsonValue.Create((int)Math.Round(value)) : JsonValue.Create(value);
        }

        private ProblemException Unusable(string why) => Invalid($"The parameter {Path} cannot be used", $"{why}.");

        /// <summary>The type of the run's field.</summary>
        private Type TypeOf(string path)
        {
            var type = typeof(RunRequest);
            foreach (var name in path.Split('.'))
            {
                var info = GenreCloudJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
                type = info.Kind == JsonTypeInfoKind.Object && info.Properties.FirstOrDefault(property => property.Name == name) is { } found
                    ? found.PropertyType
                    : throw Unusable($"A run has no {name} there; it has {string.Join(", ", info.Properties.Select(property => property.Name))}");
            }

            return type;
        }
    }
}
