using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.OpenInference;

/// <summary>Answers by the protocol, in all the ways in which tensors may be sent and asked for.</summary>
public sealed class ProtocolInferTests(AzuriteFixture azurite)
{
    private const int Bands = 128;
    private const int Frames = 1292;

    private static readonly TestModel Model = TestModel.Quick[0];

    private static byte[] Pixels => Spectrograms.PixelsOf(Spectrograms.Pngs[0]);

    [Fact]
    public async Task Flat_and_nested_JSON_and_bytes_get_the_same_answer_as_TorchSharp_gives()
    {
        await using var service = await StartAsync(Model);
        var nested = JsonSerializer.Serialize(new[] { Pixels.Select(pixel => (int)pixel).Chunk(Frames).ToArray() });

        var flat = await service.InferAsync($$"""{"id":"42","inputs":[{{ProtocolClient.Spectrogram(Pixels)}}]}""");
        var ofNested = await service.InferAsync(
            $$"""{"inputs":[{"name":"spectrogram","data":{{nested}},"datatype":"UINT8","shape":[1,{{Bands}},{{Frames}}]}]}""");
        var header = $$$"""{"inputs":[{{{ProtocolClient.BinarySpectrogram()}}}],"outputs":[{"name":"probabilities","parameters":{"binary_data":true}}]}""";
        var ofBytes = await service.InferAsync(header, Pixels, ProtocolSchema.BinaryInference);

        flat.GetProperty("model_name").GetString().ShouldBe("genres");
        flat.GetProperty("model_version").GetString().ShouldBe("1");
        flat.GetProperty("id").GetString().ShouldBe("42");
        flat.Output("probabilities").GetProperty("shape").GetRawText().ShouldBe("[1,10]");
        flat.Output("probabilities").GetProperty("datatype").GetString().ShouldBe("FP32");
        ShouldAgree(flat.Values("probabilities"), Model.Probabilities[0]);
        ShouldAgree(flat.Values("logits"), Model.Description.Golden.Logits, 1e-3f);
        ofNested.Values("probabilities").ShouldBe(flat.Values("probabilities"));
        ofBytes.Binary.ShouldBe(flat.Values("probabilities"));
        ofNested.TryGetProperty("id", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_batch_is_answered_row_by_row_and_outputs_in_the_order_in_which_they_are_asked_for()
    {
        await using var service = await StartAsync(Model);
        byte[] pixels = [.. Spectrograms.Pngs.Take(3).SelectMany(Spectrograms.PixelsOf)];
        const string outputs = """[{"name":"probabilities"},{"name":"logits","parameters":{"binary_data":false}}]""";
        var header = $$$"""{"inputs":[{{{ProtocolClient.BinarySpectrogram(3)}}}],"outputs":{{{outputs}}},"parameters":{"binary_data_output":true}}""";

        using var response = await service.PostAsync("/v2/models/genres/infer", [.. System.Text.Encoding.UTF8.GetBytes(header), .. pixels], header.Length);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var length = int.Parse(response.Headers.GetValues(ProtocolClient.HeaderLength).Single(), System.Globalization.CultureInfo.InvariantCulture);
        var json = JsonSerializer.Deserialize<JsonElement>(body.AsSpan(0, length));
        json.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("name").GetString()).ShouldBe(["probabilities", "logits"]);
        json.Output("logits").GetProperty("shape").GetRawText().ShouldBe("[3,10]");
        json.Values("logits").Length.ShouldBe(30);
        var rows = MemoryMarshal.Cast<byte, float>(body.AsSpan(length)).ToArray().Chunk(10).ToArray();
        rows.Length.ShouldBe(3);
        for (var row = 0; row < rows.Length; row++)
        {
            ShouldAgree(rows[row], Model.Probabilities[row]);
        }
    }

    [Fact]
    public async Task Bytes_alone_are_one_spectrogram_and_are_answered_in_bytes()
    {
        await using var service = await StartAsync(Model);
        using var response = await service.PostAsync("/v2/models/genres/infer", Pixels, headerBytes: 0);

        var answer = await ProtocolClient.AnswerAsync(response, ProtocolSchema.BinaryInference);

        answer.Binary.Length.ShouldBe(20);
        ShouldAgree(answer.Binary[10..], Model.Probabilities[0]);
    }

    [Fact]
    public async Task The_version_is_the_one_in_the_path_and_else_the_one_in_production()
    {
        await using var service = await StartAsync(Model, TestModel.Quick[1]);
        var request = $$$"""{"inputs":[{{{ProtocolClient.BinarySpectrogram()}}}],"outputs":[{"name":"probabilities","parameters":{"binary_data":true}}]}""";

        var first = await service.InferAsync(request, Pixels, ProtocolSchema.BinaryInference);
        var second = await service.InferAsync(request, Pixels, ProtocolSchema.BinaryInference, "/v2/models/genres/versions/2/infer");

        first.Json.GetProperty("model_version").GetString().ShouldBe("1");
        second.Json.GetProperty("model_version").GetString().ShouldBe("2");
        ShouldAgree(first.Binary, Model.Probabilities[0]);
        ShouldAgree(second.Binary, TestModel.Quick[1].Probabilities[0]);
    }

    [Fact]
    public async Task Tabular_features_count_and_those_that_are_missing_are_the_same_as_none()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        var pixels = ProtocolClient.Spectrogram(Pixels);
        string Tabular(string values) => $$"""{"name":"tabular","datatype":"FP32","shape":[1,16],"data":[{{values}}]}""";

        var without = await service.InferAsync($$"""{"inputs":[{{pixels}}]}""");
        var missing = await service.InferAsync($$"""{"inputs":[{{pixels}},{{Tabular(string.Join(',', Enumerable.Repeat("\"NaN\"", 16)))}}]}""");
        var known = await service.InferAsync($$"""{"inputs":[{{Tabular(string.Join(',', Enumerable.Range(1, 16)))}},{{pixels}}]}""");
        float[] features = [.. Enumerable.Range(1, 16).Select(value => (float)value)];
        var header = $$$"""{"inputs":[{{{ProtocolClient.BinarySpectrogram()}}},{"name":"tabular","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}],"parameters":{"binary_data_output":true}}""";
        var binary = await service.InferAsync(header, [.. Pixels, .. MemoryMarshal.AsBytes<float>(features)], ProtocolSchema.BinaryInference);

        var none = await service.InferAsync(
            header, [.. Pixels, .. MemoryMarshal.AsBytes<float>(Enumerable.Repeat(float.NaN, 16).ToArray())], ProtocolSchema.BinaryInference);

        ShouldAgree(without.Values("probabilities"), TestModel.Tabular.Probabilities[0]);
        missing.Values("logits").ShouldBe(without.Values("logits"));
        known.Values("logits").Zip(without.Values("logits"), (a, b) => Math.Abs(a - b)).Max().ShouldBeGreaterThan(1e-3f);
        binary.Binary[..10].ShouldBe(known.Values("logits"));
        none.Binary[..10].ShouldBe(without.Values("logits"));
    }

    private static void ShouldAgree(float[] actual, float[] expected, float tolerance = 1e-4f)
    {
        actual.Length.ShouldBe(expected.Length);
        actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(tolerance);
    }

    private async Task<InferenceHost> StartAsync(params TestModel[] versions)
    {
        var account = azurite.NewAccount();
        foreach (var version in versions)
        {
            await version.RegisterAsync(account);
        }

        var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy");
        return service;
    }
}
