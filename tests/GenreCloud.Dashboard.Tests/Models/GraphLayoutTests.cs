using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Models;

namespace GenreCloud.Dashboard.Tests.Models;

public sealed class GraphLayoutTests
{
    [Fact]
    public void A_node_lies_below_all_that_it_takes_and_no_two_share_a_place()
    {
        var layout = GraphLayout.Of(new ModelGraph(
            "genres",
            1,
            Inputs: [Value("spectrogram", "batch", "128"), Value("tabular", "batch", "16")],
            Outputs: [Value("probabilities", "batch", "10")],
            Nodes:
            [
                Node("conv", ["spectrogram"], Value("a", "batch", "64")),
                Node("relu", ["a"], Value("b", "batch", "64")),
                Node("skip", ["spectrogram"], Value("c", "batch", "64")),
                Node("add", ["b", "c", "tabular"], Value("probabilities", "batch", "10")),
            ],
            Parameters: 0));

        foreach (var edge in layout.Edges)
        {
            layout.Nodes[edge.To].Row.ShouldBeGreaterThan(layout.Nodes[edge.From].Row);
        }

        layout.Nodes.Select(node => (node.Row, node.Column)).Distinct().Count().ShouldBe(layout.Nodes.Count);
        layout.Nodes.Select(node => node.Name).ShouldBe(["spectrogram", "tabular", "conv", "relu", "skip", "add", "probabilities"]);
        layout.Nodes[^1].Row.ShouldBe(layout.Rows - 1);
        layout.Edges.Single(edge => layout.Nodes[edge.To].Name == "relu").Shape.ShouldBe("batch x 64");
    }

    [Fact]
    public void A_value_that_nothing_computes_is_no_edge()
    {
        var layout = GraphLayout.Of(new ModelGraph("genres", 1, Inputs: [], Outputs: [Value("y")], Nodes: [Node("relu", ["missing"], Value("y"))], Parameters: 0));

        layout.Edges.ShouldHaveSingleItem();
        layout.Rows.ShouldBe(2);
    }

    private static GraphValue Value(string name, params string[] shape) => new(name, "float32", shape);

    private static GraphNode Node(string name, string[] inputs, params GraphValue[] outputs) => new(name, "Relu", inputs, Weights: [], outputs, new Dictionary<string, string>());
}
