using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.OpenInference;

/// <summary>
/// The JSON of an inference request, apart from its tensors' data: as a document, which takes 12 bytes of memory for every element, the data of a body of the
/// largest size would take half a GiB.
/// </summary>
internal sealed class RequestJson : IDisposable
{
    /// <summary>Names, shapes and parameters of a few tensors take a few hundred bytes.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Of what belongs to a tensor: the request, its list of tensors, the tensor.</summary>
    private const int TensorDepth = 3;

    private readonly JsonDocument _document;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _data;

    private RequestJson(JsonDocument document, IReadOnlyList<ReadOnlyMemory<byte>> data) => (_document, _data) = (document, data);

    /// <summary>Every <c>data</c> of a tensor in it is the number of its text, for <see cref="DataOf"/>.</summary>
    public JsonElement Root => _document.RootElement;

    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="ProblemException">413: it has too much besides data.</exception>
    public static RequestJson Read(ReadOnlyMemory<byte> json)
    {
        var data = new List<ReadOnlyMemory<byte>>();
        var rest = new ArrayBufferWriter<byte>();
        var kept = 0;
        var reader = new Utf8JsonReader(json.Span);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != TensorDepth || !reader.ValueTextEquals("data"u8))
            {
                continue;
            }

            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Keep(kept, start);
            rest.Write(Encoding.UTF8.GetBytes(data.Count.ToString(CultureInfo.InvariantCulture)));
            kept = (int)reader.BytesConsumed;
            data.Add(json[start..kept]);
        }

        Keep(kept, json.Length);
        return new RequestJson(JsonDocument.Parse(rest.WrittenMemory), data);

        void Keep(int from, int to)
        {
            if (rest.WrittenCount + to - from > MaxBytes)
            {
                throw new ProblemException(
                    StatusCodes.Status413PayloadTooLarge,
                    "The inference request is too large",
                    $"Its JSON has more than {MaxBytes:N0} bytes besides the data of the inputs; what describes them takes a few hundred.");
            }

            rest.Write(json.Span[from..to]);
        }
    }

    /// <returns>The JSON that stands for a <c>data</c>.</returns>
    public ReadOnlySpan<byte> DataOf(JsonElement number) => _data[number.GetInt32()].Span;

    public void Dispose() => _document.Dispose();
}
