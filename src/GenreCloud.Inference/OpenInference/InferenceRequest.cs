using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.OpenInference;

/// <summary>The body of an inference request: JSON, or JSON followed by the bytes of tensors, or the bytes of one spectrogram alone.</summary>
internal sealed record InferenceRequest
{
    /// <summary>As in config.pbtxt, by which Triton serves the same models; more than that would only wait longer than others for one answer.</summary>
    public const int MaxBatch = 64;

    private const string BinaryDataSize = "binary_data_size";

    /// <summary>Comes back with the answer.</summary>
    public string? Id { get; private init; }

    /// <summary>Spectrograms, 1 to <see cref="MaxBatch"/>.</summary>
    public int Count => Pixels.Length / SpectrogramFormat.Pixels;

    /// <summary>uint8 [N,128,1292].</summary>
    public required Memory<byte> Pixels { get; init; }

    /// <summary>float32 [N,columns], NaN = missing; empty when nothing is known.</summary>
    public Memory<float> Tabular { get; private init; }

    /// <summary>At least one, in the order in which they are to be answered.</summary>
    public required IReadOnlyList<RequestedOutput> Outputs { get; init; }

    /// <param name="body">The whole body.</param>
    /// <param name="headerBytes">How many of its bytes are the JSON, from <c>Inference-Header-Content-Length</c>; null for all.</param>
    /// <param name="signature">Of the model that is asked.</param>
    /// <exception cref="ProblemException">400: the message says which part is wrong, and what it must be. 413: see <see cref="RequestJson"/>.</exception>
    public static InferenceRequest Read(Memory<byte> body, int? headerBytes, ModelSignature signature)
    {
        if (headerBytes == 0)
        {
            return ReadRaw(body, signature);
        }

        if (headerBytes > body.Length)
        {
            throw Invalid($"{OpenInferenceApi.HeaderLength} is {headerBytes}, but the body has {body.Length} bytes.");
        }

        var json = body[..(headerBytes ?? body.Length)];
        try
        {
            using var request = RequestJson.Read(json);
            return Read(request, body[json.Length..], signature);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for a text that is no UTF-8, or half of a surrogate pair.
            throw Invalid($"The body is not JSON: {exception.Message}");
        }
    }

    public static ProblemException Invalid(string detail) =>
        new(StatusCodes.Status400BadRequest, "The inference request is not valid", detail);

    private static InferenceRequest ReadRaw(Memory<byte> body, ModelSignature signature)
    {
        if (signature.Inputs.Count != 1)
        {
            throw Invalid($"{OpenInferenceApi.HeaderLength} is 0, which is for models with one input; this one has {signature.Inputs.Count}. Describe the inputs in JSON.");
        }

        return body.Length == SpectrogramFormat.Pixels
            ? new InferenceRequest { Pixels = body, Outputs = [.. signature.Outputs.Select(output => new RequestedOutput(output, IsBinary: true))] }
            : throw Invalid($"The body has {body.Length} bytes; one spectrogram has {SpectrogramFormat.Pixels} ({SpectrogramFormat.MelBands} x {SpectrogramFormat.Frames}).");
    }

    private static InferenceRequest Read(RequestJson json, Memory<byte> binary, ModelSignature signature)
    {
        var root = json.Root;
        RequireObject(root, "The body");
        var inputs = ReadInputs(json, binary, signature);
        var parameters = Parameters(root, "the request");
        var outputs = ReadOutputs(root, BooleanOf(parameters, "binary_data_output") ?? false, signature);
        var pixels = inputs.GetValueOrDefault(ModelSignature.Spectrogram)?.Bytes ?? throw Invalid($"The input \"{ModelSignature.Spectrogram}\" is missing.");
        var tabular = inputs.GetValueOrDefault(ModelSignature.Tabular);
        var count = pixels.Length / SpectrogramFormat.Pixels;
        if (tabular is not null && tabular.Batch != count)
        {
            throw Invalid($"\"{ModelSignature.Spectrogram}\" has {count} rows and \"{ModelSignature.Tabular}\" has {tabular.Batch}; they must be as many.");
        }

        return new InferenceRequest
        {
            Id = root.TryGetProperty("id", out var id) ? Text(id, "\"id\"") : null,
            Pixels = pixels,
            Tabular = tabular?.Floats ?? default,
            Outputs = outputs,
        };
    }

    private static Dictionary<string, Input> ReadInputs(RequestJson json, Memory<byte> binary, ModelSignature signature)
    {
        if (!json.Root.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array)
        {
            throw Invalid("\"inputs\" is missing; it must be a list of tensors.");
        }

        var read = new Dictionary<string, Input>(StringComparer.Ordinal);
        foreach (var input in inputs.EnumerateArray())
        {
            RequireObject(input, "An input");
            var name = Text(Member(input, "name", "An input"), "The name of an input");
            var tensor = Known(name, signature.Inputs, "input");
            if (!read.TryAdd(name, ReadInput(json, input, tensor, ref binary)))
            {
                throw Invalid($"Input \"{name}\" is there twice.");
            }
        }

        return binary.IsEmpty ? read : throw Invalid($"{binary.Length} bytes follow that belong to no input; {BinaryDataSize} says how many do.");
    }

    private static Input ReadInput(RequestJson json, JsonElement input, TensorSpec tensor, ref Memory<byte> binary)
    {
        var what = $"Input \"{tensor.Name}\"";
        var type = Text(Member(input, "datatype", what), $"The datatype of input \"{tensor.Name}\"");
        if (type != tensor.Type.OpenInferenceName())
        {
            throw Invalid($"{what} has the datatype {type}; it must be {tensor.Type.OpenInferenceName()}.");
        }

        var shape = ReadShape(Member(input, "shape", what), tensor);
        var isBinary = Parameters(input, $"input \"{tensor.Name}\"") is { } parameters && parameters.TryGetProperty(BinaryDataSize, out var size)
            ? CheckedSize(size, tensor, shape)
            : (int?)null;
        if (isBinary is null)
        {
            var data = json.DataOf(Member(input, "data", what));
            return tensor.Type == TensorType.UInt8
                ? new Input(shape[0], TensorData.ReadBytes(tensor, shape, data), null)
                : new Input(shape[0], null, TensorData.ReadFloats(tensor, shape, data));
        }

        if (input.TryGetProperty("data", out _))
        {
            throw Invalid($"{what} has both data and {BinaryDataSize}; give one of them.");
        }

        if (isBinary > binary.Length)
        {
            throw Invalid($"{what} should have {isBinary} bytes after the JSON, but only {binary.Length} are left. Does {OpenInferenceApi.HeaderLength} say how long the JSON is?");
        }

        var bytes = binary[..isBinary.Value];
        binary = binary[isBinary.Value..];
        return tensor.Type == TensorType.UInt8 ? new Input(shape[0], bytes, null) : new Input(shape[0], null, TensorData.ReadFloats(tensor, bytes.Span));
    }

    private static int CheckedSize(JsonElement size, TensorSpec tensor, int[] shape)
    {
        var expected = shape.Aggregate(tensor.Type.Size(), (product, length) => product * length);
        return size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out var bytes) && bytes == expected
            ? expected
            : throw Invalid($"{BinaryDataSize} of input \"{tensor.Name}\" is {size}; for its shape it must be {expected}.");
    }

    private static int[] ReadShape(JsonElement shape, TensorSpec tensor)
    {
        if (shape.ValueKind == JsonValueKind.Array && shape.GetArrayLength() == tensor.Shape.Count)
        {
            var sizes = shape.EnumerateArray()
                .Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out var number) ? number : -1)
                .ToArray();
            if (sizes.Zip(tensor.Shape).All(pair => pair.Second < 0 ? pair.First is >= 1 and <= MaxBatch : pair.First == pair.Second))
            {
                return sizes;
            }
        }

        var expected = string.Join(",", tensor.Shape.Select(size => size < 0 ? "N" : FormattableString.Invariant($"{size}")));
        throw Invalid($"The shape of input \"{tensor.Name}\" is {Shortened(shape)}; it must be [{expected}], with N from 1 to {MaxBatch}.");
    }

    private static List<RequestedOutput> ReadOutputs(JsonElement root, bool isBinary, ModelSignature signature)
    {
        if (!root.TryGetProperty("outputs", out var outputs))
        {
            return [.. signature.Outputs.Select(output => new RequestedOutput(output, isBinary))];
        }

        if (outputs.ValueKind != JsonValueKind.Array || outputs.GetArrayLength() == 0)
        {
            throw Invalid("\"outputs\" must be a list of tensors; leave it out for all of them.");
        }

        var read = new List<RequestedOutput>();
        foreach (var output in outputs.EnumerateArray())
        {
            RequireObject(output, "An output");
            var name = Text(Member(output, "name", "An output"), "The name of an output");
            var tensor = Known(name, signature.Outputs, "output");
            if (read.Any(other => other.Tensor == tensor))
            {
                throw Invalid($"Output \"{name}\" is asked for twice.");
            }

            read.Add(new RequestedOutput(tensor, BooleanOf(Parameters(output, $"output \"{name}\""), "binary_data") ?? isBinary));
        }

        return read;
    }

    private static TensorSpec Known(string name, IReadOnlyList<TensorSpec> tensors, string kind) =>
        tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? throw Invalid($"The model has no {kind} \"{name}\"; it has {string.Join(", ", tensors.Select(tensor => tensor.Name))}.");

    /// <returns>Null when there are none.</returns>
    private static JsonElement? Parameters(JsonElement owner, string what)
    {
        if (!owner.TryGetProperty("parameters", out var parameters))
        {
            return null;
        }

        RequireObject(parameters, $"\"parameters\" of {what}");
        foreach (var parameter in parameters.EnumerateObject())
        {
            if (parameter.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
            {
                throw Invalid($"Parameter \"{parameter.Name}\" of {what} must be a text, a number, true or false.");
            }
        }

        return parameters;
    }

    private static bool? BooleanOf(JsonElement? parameters, string name) =>
        parameters is not { } present || !present.TryGetProperty(name, out var value) ? null
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw Invalid($"Parameter \"{name}\" must be true or false.");

    private static JsonElement Member(JsonElement owner, string name, string what) =>
        owner.TryGetProperty(name, out var member) ? member : throw Invalid($"{what} has no \"{name}\".");

    private static string Text(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Invalid($"{what} must be a text.");

    private static void RequireObject(JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"{what} must be a JSON object.");
        }
    }

    private static string Shortened(JsonElement element)
    {
        const int longest = 60;
        var text = element.GetRawText();
        return text.Length > longest ? text[..longest] + "..." : text;
    }

    private sealed record Input(int Batch, Memory<byte>? Bytes, float[]? Floats);
}

/// <summary>An output that is to be answered.</summary>
/// <param name="IsBinary">As bytes after the JSON.</param>
internal sealed record RequestedOutput(TensorSpec Tensor, bool IsBinary);
