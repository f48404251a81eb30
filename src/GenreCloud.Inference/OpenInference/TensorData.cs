using System.Runtime.InteropServices;
using System.Text.Json;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.OpenInference;

/// <summary>Reads the elements of an input, in row-major order: from JSON, nested as the shape is or flat, or from little-endian bytes.</summary>
internal static class TensorData
{
    /// <exception cref="ProblemException">400 when there are too few or too many, or one cannot be such an element.</exception>
    public static byte[] ReadBytes(TensorSpec tensor, int[] shape, JsonElement data) => Read<byte>(tensor, shape, data, TryRead);

    /// <inheritdoc cref="ReadBytes(TensorSpec, int[], JsonElement)"/>
    public static float[] ReadFloats(TensorSpec tensor, int[] shape, JsonElement data) => Read<float>(tensor, shape, data, TryRead);

    /// <inheritdoc cref="ReadBytes(TensorSpec, int[], JsonElement)"/>
    public static float[] ReadFloats(TensorSpec tensor, ReadOnlySpan<byte> data)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("The protocol's bytes are little-endian.");
        }

        var values = MemoryMarshal.Cast<byte, float>(data).ToArray();
        var bad = Array.FindIndex(values, float.IsInfinity);
        return bad < 0 ? values : throw Bad(tensor, bad, "infinite");
    }

    private static T[] Read<T>(TensorSpec tensor, int[] shape, JsonElement data, TryReadElement<T> read)
    {
        var values = new T[shape.Aggregate(1, (product, size) => product * size)];
        var next = 0;
        if (data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0 && data[0].ValueKind != JsonValueKind.Array)
        {
            ReadRow(data, values.Length);
        }
        else
        {
            ReadNested(data, depth: 0);
        }

        return values;

        void ReadNested(JsonElement part, int depth)
        {
            if (depth == shape.Length - 1)
            {
                ReadRow(part, shape[depth]);
                return;
            }

            RequireLength(part, shape[depth]);
            foreach (var inner in part.EnumerateArray())
            {
                ReadNested(inner, depth + 1);
            }
        }

        void ReadRow(JsonElement row, int length)
        {
            RequireLength(row, length);
            foreach (var element in row.EnumerateArray())
            {
                values[next] = read(element, out var value) ? value : throw Bad(tensor, next, element.ToString());
                next++;
            }
        }

        void RequireLength(JsonElement part, int length)
        {
            if (part.ValueKind != JsonValueKind.Array || part.GetArrayLength() != length)
            {
                throw Invalid(
                    $"The data of input \"{tensor.Name}\" does not have the shape [{string.Join(",", shape)}]: "
                    + (part.ValueKind == JsonValueKind.Array ? $"a list has {part.GetArrayLength()} elements and should have {length}." : $"{part.ValueKind} stands for a list of {length}."));
            }
        }
    }

    private static bool TryRead(JsonElement element, out byte value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetByte(out value);
    }

    /// <summary>JSON has no number for "missing": the text NaN stands for it.</summary>
    private static bool TryRead(JsonElement element, out float value)
    {
        value = float.NaN;
        return (element.ValueKind == JsonValueKind.String && element.ValueEquals("NaN"))
            || (element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out value) && !float.IsInfinity(value));
    }

    private static ProblemException Bad(TensorSpec tensor, int index, string value) => Invalid(
        $"Element {index} of input \"{tensor.Name}\" is {(value.Length > 40 ? value[..40] + "..." : value)}; it must be "
        + (tensor.Type == TensorType.UInt8 ? "a whole number from 0 to 255." : "a finite number, or \"NaN\" for one that is missing."));

    private static ProblemException Invalid(string detail) => InferenceRequest.Invalid(detail);

    private delegate bool TryReadElement<T>(JsonElement element, out T value);
}
