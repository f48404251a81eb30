using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.OpenInference;

/// <summary>Reads the elements of an input, in row-major order: from JSON, nested as the shape is or flat, or from little-endian bytes.</summary>
internal static class TensorData
{
    /// <param name="tensor">What the input is.</param>
    /// <param name="shape">What the request says.</param>
    /// <param name="data">JSON.</param>
    /// <exception cref="ProblemException">400 when there are too few or too many, or one cannot be such an element.</exception>
    public static byte[] ReadBytes(TensorSpec tensor, int[] shape, ReadOnlySpan<byte> data) => Read<byte>(tensor, shape, data, TryRead);

    /// <inheritdoc cref="ReadBytes"/>
    public static float[] ReadFloats(TensorSpec tensor, int[] shape, ReadOnlySpan<byte> data) => Read<float>(tensor, shape, data, TryRead);

    /// <inheritdoc cref="ReadBytes"/>
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

    private static T[] Read<T>(TensorSpec tensor, int[] shape, ReadOnlySpan<byte> data, TryReadElement<T> read)
    {
        var values = new T[shape.Aggregate(1, (product, size) => product * size)];
        var reader = new Utf8JsonReader(data);
        reader.Read();
        var next = 0;
        if (IsFlat(reader))
        {
            ReadList(tensor, [values.Length], ref reader, values, ref next, read);
        }
        else
        {
            ReadList(tensor, shape, ref reader, values, ref next, read);
        }

        return values;
    }

    private static bool IsFlat(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray);

    /// <param name="shape">Of the list, whose inner lists have the rest of it.</param>
    /// <param name="reader">At its beginning; is left at its end.</param>
    /// <param name="next">Where in the values its first element belongs.</param>
    private static void ReadList<T>(
        TensorSpec tensor, scoped ReadOnlySpan<int> shape, ref Utf8JsonReader reader, T[] values, ref int next, TryReadElement<T> read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Misshapen(tensor, $"{KindOf(reader.TokenType)} stands for a list of {shape[0]}.");
        }

        var start = reader;
        var length = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (length++ == shape[0])
            {
                throw Misshapen(tensor, $"a list has {LengthOf(start)} elements and should have {shape[0]}.");
            }

            if (shape.Length > 1)
            {
                ReadList(tensor, shape[1..], ref reader, values, ref next, read);
            }
            else
            {
                values[next] = read(ref reader, out var value) ? value : throw Bad(tensor, next, TextOf(reader));
                next++;
            }
        }

        if (length < shape[0])
        {
            throw Misshapen(tensor, $"a list has {length} elements and should have {shape[0]}.");
        }
    }

    private static int LengthOf(Utf8JsonReader list)
    {
        var length = 0;
        for (; list.Read() && list.TokenType != JsonTokenType.EndArray; length++)
        {
            list.Skip();
        }

        return length;
    }

    private static bool TryRead(ref Utf8JsonReader element, out byte value)
    {
        value = 0;
        return element.TokenType == JsonTokenType.Number && element.TryGetByte(out value);
    }

    /// <summary>JSON has no number for "missing": the text NaN stands for it.</summary>
    private static bool TryRead(ref Utf8JsonReader element, out float value)
    {
        value = float.NaN;
        return (element.TokenType == JsonTokenType.String && element.ValueTextEquals("NaN"u8))
            || (element.TokenType == JsonTokenType.Number && element.TryGetSingle(out value) && !float.IsInfinity(value));
    }

    private static string KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => token.ToString().ToLowerInvariant(),
    };

    /// <summary>The beginning of a value, as it was sent.</summary>
    private static string TextOf(Utf8JsonReader element)
    {
        const int quotedBytes = 40;
        var text = element.ValueSpan;
        return element.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? KindOf(element.TokenType)
            : text.Length > quotedBytes ? Encoding.UTF8.GetString(text[..quotedBytes]) + "..."
            : Encoding.UTF8.GetString(text);
    }

    private static ProblemException Misshapen(TensorSpec tensor, string how) => Invalid($"The data of input \"{tensor.Name}\" does not have the shape that it says: {how}");

    private static ProblemException Bad(TensorSpec tensor, int index, string value) => Invalid(
        $"Element {index} of input \"{tensor.Name}\" is {value}; it must be "
        + (tensor.Type == TensorType.UInt8 ? "a whole number from 0 to 255." : "a finite number, or \"NaN\" for one that is missing."));

    private static ProblemException Invalid(string detail) => InferenceRequest.Invalid(detail);

    private delegate bool TryReadElement<T>(ref Utf8JsonReader element, out T value);
}
