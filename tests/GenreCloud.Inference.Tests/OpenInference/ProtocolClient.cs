using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace GenreCloud.Inference.Tests.OpenInference;

/// <summary>Requests of the Open Inference Protocol as the tests write them, byte by byte, and answers that have to fit the schema.</summary>
internal static class ProtocolClient
{
    public const string HeaderLength = "Inference-Header-Content-Length";

    /// <summary>A GET whose answer has to be of that status and schema.</summary>
    public static async Task<JsonElement> GetAsync(this InferenceHost service, string path, ProtocolSchema schema, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await ReadAsync(response, schema, status);
    }

    /// <summary>Asks with JSON, to be answered in JSON.</summary>
    public static async Task<JsonElement> InferAsync(this InferenceHost service, string json, string path = "/v2/models/genres/infer")
    {
        using var response = await service.PostAsync(path, Encoding.UTF8.GetBytes(json), headerBytes: null);
        return await ReadAsync(response, ProtocolSchema.Inference, HttpStatusCode.OK);
    }

    /// <summary>Asks with bytes after the JSON, to be answered in any way.</summary>
    public static async Task<ProtocolAnswer> InferAsync(
        this InferenceHost service, string json, byte[] binary, ProtocolSchema schema, string path = "/v2/models/genres/infer")
    {
        var header = Encoding.UTF8.GetBytes(json);
        using var response = await service.PostAsync(path, [.. header, .. binary], header.Length);
        return await AnswerAsync(response, schema);
    }

    /// <summary>Asks for what is refused.</summary>
    /// <returns>The error.</returns>
    public static async Task<string> RefusedAsync(
        this InferenceHost service, byte[] body, int? headerBytes = null, HttpStatusCode status = HttpStatusCode.BadRequest, string path = "/v2/models/genres/infer")
    {
        using var response = await service.PostAsync(path, body, headerBytes);
        return (await ReadAsync(response, ProtocolSchema.Error, status)).GetProperty("error").GetString()!;
    }

    public static async Task<HttpResponseMessage> PostAsync(this InferenceHost service, string path, byte[] body, int? headerBytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(headerBytes is null ? "application/json" : "application/octet-stream");
        if (headerBytes is { } length)
        {
            request.Headers.Add(HeaderLength, length.ToString(CultureInfo.InvariantCulture));
        }

        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<ProtocolAnswer> AnswerAsync(HttpResponseMessage response, ProtocolSchema schema)
    {
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/octet-stream");
        var length = int.Parse(response.Headers.GetValues(HeaderLength).Single(), CultureInfo.InvariantCulture);
        var json = JsonSerializer.Deserialize<JsonElement>(body.AsSpan(0, length));
        schema.FaultsOf(json).ShouldBeEmpty();
        return new ProtocolAnswer(json, MemoryMarshal.Cast<byte, float>(body.AsSpan(length)).ToArray());
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, ProtocolSchema schema, HttpStatusCode status)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, body);
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/json");
        var json = JsonSerializer.Deserialize<JsonElement>(body);
        schema.FaultsOf(json).ShouldBeEmpty();
        return json;
    }

    /// <summary>The numbers of an output, in row-major order.</summary>
    public static float[] Values(this JsonElement answer, string output) =>
        [.. Output(answer, output).GetProperty("data").EnumerateArray().Select(value => value.GetSingle())];

    public static JsonElement Output(this JsonElement answer, string name) =>
        answer.GetProperty("outputs").EnumerateArray().Single(output => output.GetProperty("name").GetString() == name);

    public static string Spectrogram(byte[] pixels, int batch = 1) =>
        $$"""{"name":"spectrogram","datatype":"UINT8","shape":[{{batch}},128,1292],"data":[{{string.Join(',', pixels)}}]}""";

    public static string BinarySpectrogram(int batch = 1) =>
        $$$"""{"name":"spectrogram","datatype":"UINT8","shape":[{{{batch}}},128,1292],"parameters":{"binary_data_size":{{{batch * 128 * 1292}}}}}""";
}

/// <summary>An answer with bytes after its JSON.</summary>
/// <param name="Binary">All of them, as float32.</param>
internal sealed record ProtocolAnswer(JsonElement Json, float[] Binary);
