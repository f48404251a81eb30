using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Models;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Inference.Models;
using GenreCloud.Inference.Traffic;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>What the OpenAPI document and the file of requests say.</summary>
public sealed partial class DocumentTests(AzuriteFixture azurite)
{
    private static readonly JsonSerializerOptions Strict = new(GenreCloudJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    [Fact]
    public async Task The_document_has_every_kind_of_body_and_examples_of_the_answers()
    {
        var paths = await PathsAsync();

        var classify = paths.GetProperty("/api/classify").GetProperty("post");
        var bodies = classify.GetProperty("requestBody").GetProperty("content");
        bodies.EnumerateObject().Select(body => body.Name).ShouldBe(
            ["audio/wav", "audio/mpeg", "audio/ogg", "audio/opus", "audio/mp4", "audio/flac", "image/png", "application/octet-stream", "multipart/form-data"], ignoreOrder: true);
        bodies.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("features").GetProperty("properties")
            .EnumerateObject().Select(feature => feature.Name).ShouldBe(TabularFeatures.Columns, ignoreOrder: true);
        classify.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(["200", "400", "404", "413", "415", "422", "429", "501", "503", "504"], ignoreOrder: true);

        var answer = Example(classify, "200", "application/json").Deserialize<Classification>(GenreCloudJson.Options).ShouldNotBeNull();
        answer.Predictions.ShouldNotBeEmpty();
        answer.Segments.ShouldNotBeNull().Select(segment => segment.Unsure).ShouldBe([false, true]);
        Example(classify, "422", "application/problem+json").Deserialize<Problem>(GenreCloudJson.Options).ShouldNotBeNull().Status.ShouldBe(422);

        var why = paths.GetProperty("/api/classify/why").GetProperty("post");
        why.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(body => body.Name)
            .ShouldBe(bodies.EnumerateObject().Select(body => body.Name), ignoreOrder: true);
        why.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
            .ShouldBe(["model", "version", "alias", "label", "segment"], ignoreOrder: true);
        var map = Example(why, "200", "application/json").Deserialize<Explanation>(GenreCloudJson.Options).ShouldNotBeNull();
        map.Importance.Select(row => row.Count).ShouldAllBe(columns => columns == map.Frames.Count);
        map.Importance.Count.ShouldBe(map.Bands.Count);

        var monitor = Example(paths.GetProperty("/api/models/{name}/versions/{version}/monitor").GetProperty("get"), "200", "application/json");
        monitor.Deserialize<ModelMonitor>(GenreCloudJson.Options).ShouldNotBeNull().LastDay.ShouldNotBeNull().Statistics.ShouldNotBeEmpty();

        var batch = paths.GetProperty("/api/classify/batch").GetProperty("post");
        Example(batch, "200", "application/x-ndjson").Deserialize<BatchResult>(GenreCloudJson.Options).ShouldNotBeNull().Answer.ShouldNotBeNull().Predictions.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("put", "/api/models/{name}/aliases/{alias}", typeof(AliasRequest))]
    [InlineData("post", "/api/models/{name}/rollback", typeof(RollbackRequest))]
    [InlineData("put", "/api/models/{name}/gates/{alias}", typeof(Registry.PromotionGate))]
    [InlineData("put", "/api/models/{name}/aliases/{alias}/traffic", typeof(TrafficRequest))]
    [InlineData("post", "/api/webhooks", typeof(Inference.Webhooks.WebhookRequest))]
    [InlineData("post", "/api/keys", typeof(Client.Keys.ApiKeyRequest))]
    public async Task The_document_has_an_example_of_each_body(string method, string path, Type body)
    {
        var operation = (await PathsAsync()).GetProperty(path).GetProperty(method);

        var example = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");

        example.Deserialize(body, Strict).ShouldNotBeNull();
        example.EnumerateObject().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task The_document_says_what_the_protocol_takes_and_how_it_refuses()
    {
        var infer = (await PathsAsync()).GetProperty("/v2/models/{name}/infer").GetProperty("post");

        infer.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(["200", "400", "404", "413", "415", "429", "503", "504"], ignoreOrder: true);
        var example = infer.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("examples").GetProperty("spectrogram");
        example.GetProperty("value").GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ShouldBe([1, 128, 1292]);
    }

    [Fact]
    public async Task Every_request_of_the_file_of_requests_is_served()
    {
        var served = (await PathsAsync()).EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).Append("GET /health").ToArray();
        var file = await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot.Path, "src", "GenreCloud.Inference", "GenreCloud.Inference.http"), TestContext.Current.CancellationToken);

        var requests = Request().Matches(file);

        requests.Count.ShouldBeGreaterThan(8);
        foreach (Match request in requests)
        {
            // A parameter of the path stands for anything but a slash.
            served.ShouldContain(
                path => Regex.IsMatch($"{request.Groups["method"].Value} {request.Groups["path"].Value}", $"^{Regex.Replace(path, @"\{\w+\}", "[^/]+")}$"), request.Value);
        }
    }

    private static JsonElement Example(JsonElement operation, string status, string type) =>
        operation.GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty(type).GetProperty("example");

    private async Task<JsonElement> PathsAsync()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());
        return (await service.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
    }

    [GeneratedRegex(@"^(?<method>GET|POST|PUT|DELETE) \{\{service\}\}(?<path>[^?\s]+)", RegexOptions.Multiline)]
    private static partial Regex Request();
}
