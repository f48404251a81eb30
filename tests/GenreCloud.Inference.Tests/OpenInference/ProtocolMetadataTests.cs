using System.Net;
using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.OpenInference;

/// <summary>What the protocol tells of the server and of its models.</summary>
public sealed class ProtocolMetadataTests(AzuriteFixture azurite)
{
    private static readonly ProtocolSchema None = ProtocolSchema.Parameters;

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    public async Task The_server_says_what_it_is_and_which_extension_it_has(string path)
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());

        var server = await service.GetAsync(path, ProtocolSchema.ServerMetadata);

        server.GetProperty("name").GetString().ShouldBe("GenreCloud");
        server.GetProperty("extensions").EnumerateArray().Select(extension => extension.GetString()).ShouldBe(["binary_tensor_data"]);
    }

    [Fact]
    public async Task The_server_is_live_and_is_ready_when_every_production_version_answers()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy");

        (await service.GetAsync("/v2/health/live", None)).GetProperty("live").GetBoolean().ShouldBeTrue();
        (await service.GetAsync("/v2/health/ready", None)).GetProperty("ready").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task The_server_is_not_ready_and_the_model_neither_while_its_version_does_not_pass_its_check()
    {
        var account = azurite.NewAccount();
        var description = TestModel.Quick[0].Description;
        await TestModel.Quick[0].RegisterAsync(
            account, description with { Golden = description.Golden with { Probabilities = [.. description.Golden.Probabilities.Reverse()] } });
        await using var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Unhealthy");

        (await service.GetAsync("/v2/health/live", None)).GetProperty("live").GetBoolean().ShouldBeTrue();
        (await service.GetAsync("/v2/health/ready", None, HttpStatusCode.ServiceUnavailable)).GetProperty("ready").GetBoolean().ShouldBeFalse();
        (await service.GetAsync("/v2/models/genres/ready", None, HttpStatusCode.ServiceUnavailable)).GetProperty("ready").GetBoolean().ShouldBeFalse();
        (await service.RefusedAsync([], status: HttpStatusCode.ServiceUnavailable)).ShouldContain("its card says");
    }

    [Theory]
    [InlineData("/v2/models/genres")]
    [InlineData("/v2/models/genres/versions/2")]
    public async Task A_model_says_what_it_takes_and_gives(string path)
    {
        await using var service = await StartAsync();

        var model = await service.GetAsync(path, ProtocolSchema.ModelMetadata);

        model.GetProperty("name").GetString().ShouldBe("genres");
        model.GetProperty("platform").GetString().ShouldBe("onnx_onnxv1");
        model.GetProperty("versions").EnumerateArray().Select(version => version.GetString()).ShouldBe(["1", "2"]);
        Tensors(model, "inputs").ShouldBe(["spectrogram UINT8 [-1,128,1292]"]);
        Tensors(model, "outputs").ShouldBe(["logits FP32 [-1,10]", "probabilities FP32 [-1,10]"]);
        JsonSerializer.Deserialize<string[]>(model.GetProperty("properties").GetProperty("labels").GetString()!).ShouldBe(TestModel.Labels);
        (await service.GetAsync($"{path}/ready", None)).GetProperty("ready").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_tabular_branch_is_an_input_too()
    {
        var account = azurite.NewAccount();
        await TestModel.Tabular.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        Tensors(await service.GetAsync("/v2/models/genres", ProtocolSchema.ModelMetadata), "inputs")
            .ShouldBe(["spectrogram UINT8 [-1,128,1292]", "tabular FP32 [-1,16]"]);
    }

    [Theory]
    [InlineData("/v2/models/metal", "There are: genres")]
    [InlineData("/v2/models/metal/ready", "There are: genres")]
    [InlineData("/v2/models/genres/versions/7", "It has: 1, 2")]
    [InlineData("/v2/models/genres/versions/7/ready", "It has: 1, 2")]
    [InlineData("/v2/models/genres/versions/newest", "whole numbers")]
    [InlineData("/v2/models/genres/infer", "nothing for GET")]
    [InlineData("/v2/repository/index", "nothing for GET")]
    public async Task What_does_not_exist_is_404_in_the_words_of_the_protocol(string path, string hint)
    {
        await using var service = await StartAsync();

        (await service.GetAsync(path, ProtocolSchema.Error, HttpStatusCode.NotFound)).GetProperty("error").GetString()!.ShouldContain(hint);
    }

    [Theory]
    [InlineData("""{"name":"a","version":"1"}""", "$.extensions is missing")]
    [InlineData("""{"name":"a","version":1,"extensions":[]}""", "$.version is Number")]
    [InlineData("""{"name":"a","version":"1","extensions":[1]}""", "$.extensions[0] is Number")]
    [InlineData("""{"name":"a","version":"1","extensions":[],"more":1}""", "$.more is not in the schema")]
    [InlineData("[]", "$ is no object")]
    public void The_schema_tells_what_is_not_the_protocols(string json, string fault) =>
        ProtocolSchema.ServerMetadata.FaultsOf(JsonSerializer.Deserialize<JsonElement>(json)).ShouldBe([fault]);

    private static IEnumerable<string> Tensors(JsonElement model, string member) => model.GetProperty(member).EnumerateArray().Select(tensor =>
        $"{tensor.GetProperty("name").GetString()} {tensor.GetProperty("datatype").GetString()} {tensor.GetProperty("shape").GetRawText()}");

    private async Task<InferenceHost> StartAsync()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);
        var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy");
        return service;
    }
}
