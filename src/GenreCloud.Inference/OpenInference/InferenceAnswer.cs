using System.Buffers;
using System.Globalization;
using System.Net.Mime;
using System.Runtime.InteropServices;
using System.Text.Json;
using GenreCloud.Registry;

namespace GenreCloud.Inference.OpenInference;

/// <summary>The answer to an inference request: JSON, followed by the bytes of those outputs that were asked for in binary.</summary>
internal sealed class InferenceAnswer(ModelCard card, InferenceRequest request, IReadOnlyList<float[]> outputs) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteJson(body);
        var response = httpContext.Response;
        response.ContentType = MediaTypeNames.Application.Json;
        if (request.Outputs.Any(output => output.IsBinary))
        {
            response.ContentType = MediaTypeNames.Application.Octet;
            response.Headers[OpenInferenceApi.HeaderLength] = body.WrittenCount.ToString(CultureInfo.InvariantCulture);
            foreach (var (_, values) in request.Outputs.Zip(outputs).Where(output => output.First.IsBinary))
            {
                body.Write(MemoryMarshal.AsBytes<float>(values));
            }
        }

        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }

    private void WriteJson(ArrayBufferWriter<byte> body)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("model_name", card.Model);
        json.WriteString("model_version", card.Version.ToString(CultureInfo.InvariantCulture));
        if (request.Id is not null)
        {
            json.WriteString("id", request.Id);
        }

        json.WriteStartArray("outputs");
        foreach (var (output, values) in request.Outputs.Zip(outputs))
        {
            Write(json, output, values);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, RequestedOutput output, float[] values)
    {
        json.WriteStartObject();
        json.WriteString("name", output.Tensor.Name);
        json.WriteString("datatype", output.Tensor.Type.OpenInferenceName());
        json.WriteStartArray("shape");
        json.WriteNumberValue(request.Count);
        json.WriteNumberValue(values.Length / request.Count);
        json.WriteEndArray();
        if (output.IsBinary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", values.Length * sizeof(float));
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            foreach (var value in values)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
