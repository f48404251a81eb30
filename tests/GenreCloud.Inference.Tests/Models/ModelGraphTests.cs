using System.Net;
using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Models;

public sealed class ModelGraphTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_version_shows_its_nodes_with_their_shapes()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        var graph = await service.GetJsonAsync("/api/models/genres/versions/1/graph");

        Values(graph.GetProperty("inputs")).ShouldBe(["spectrogram uint8 batch,128,1292"]);
        Values(graph.GetProperty("outputs")).ShouldBe(["logits float32 batch,10", "probabilities float32 batch,10"], ignoreOrder: true);
        var nodes = graph.GetProperty("nodes").EnumerateArray().ToArray();
        var first = nodes.First(node => node.GetProperty("operation").GetString() == "Conv");
        Values(first.GetProperty("outputs")).ShouldHaveSingleItem().ShouldEndWith(" float32 batch,64,128,1292");
        Values(first.GetProperty("weights")).Select(weight => weight.Split(' ')[^1]).ShouldBe(["64,1,3,3", "64"]);
        first.GetProperty("attributes").GetProperty("kernel_shape").GetString().ShouldBe("3 x 3");
        nodes.Count(node => node.GetProperty("operation").GetString() == "GRU").ShouldBe(2);
        graph.GetProperty("parameters").GetInt64().ShouldBeInRange(205_000, 220_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_node_takes_what_was_computed_before_it(bool tabular)
    {
        var account = azurite.NewAccount();
        await (tabular ? TestModel.Tabular : TestModel.Quick[0]).RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        var graph = await service.GetJsonAsync("/api/models/genres/versions/1/graph");

        var known = graph.GetProperty("inputs").EnumerateArray().Select(Name).ToHashSet();
        known.Count.ShouldBe(tabular ? 2 : 1);
        foreach (var node in graph.GetProperty("nodes").EnumerateArray())
        {
            node.GetProperty("inputs").EnumerateArray().ShouldAllBe(input => known.Contains(input.GetString()));
            known.UnionWith(node.GetProperty("outputs").EnumerateArray().Select(Name));
        }

        graph.GetProperty("outputs").EnumerateArray().ShouldAllBe(output => known.Contains(Name(output)));
    }

    [Fact]
    public async Task A_version_that_is_not_there_has_no_graph()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        using var response = await service.Client.GetAsync(new Uri("/api/models/genres/versions/9/graph", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await InferenceHost.ProblemAsync(response)).Detail.ShouldNotBeNull().ShouldContain("has no version 9");
    }

    private static string? Name(JsonElement value) => value.GetProperty("name").GetString();

    private static string[] Values(JsonElement values) =>
    [
        .. values.EnumerateArray().Select(value =>
            $"{Name(value)} {value.GetProperty("type").GetString()} {string.Join(',', value.GetProperty("shape").EnumerateArray().Select(size => size.GetString()))}"),
    ];
}
