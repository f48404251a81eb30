using GenreCloud.Client.Models;

namespace GenreCloud.Dashboard.Models;

/// <summary>
/// A graph on paper, from top to bottom: each node below all that it takes something from, and beside what else is in its row. The graphs of our networks are a
/// line with few branches; a node stays in the column of its first input where that is free.
/// </summary>
/// <param name="Nodes">In the order of the graph, the inputs first and the outputs last.</param>
/// <param name="Edges">From what computes a value to what takes it.</param>
internal sealed record GraphLayout(IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<GraphEdge> Edges)
{
    public int Rows => Nodes.Count == 0 ? 0 : Nodes.Max(node => node.Row) + 1;

    public int Columns => Nodes.Count == 0 ? 0 : Nodes.Max(node => node.Column) + 1;

    public static GraphLayout Of(ModelGraph graph)
    {
        var nodes = new List<PlacedNode>();
        var edges = new List<GraphEdge>();
        var makers = new Dictionary<string, (int Index, GraphValue Value)>(StringComparer.Ordinal);
        var taken = new HashSet<(int Row, int Column)>();

        foreach (var input in graph.Inputs)
        {
            makers[input.Name] = (Place(new PlacedNode(input.Name, "input", Node: null, ShapeOf(input), Row: 0, Column: 0), []), input);
        }

        foreach (var node in graph.Nodes)
        {
            var index = Place(new PlacedNode(node.Name, node.Operation, node, ShapeOf(node.Outputs.Count > 0 ? node.Outputs[0] : null), Row: 0, Column: 0), node.Inputs);
            foreach (var output in node.Outputs)
            {
                makers[output.Name] = (index, output);
            }
        }

        foreach (var output in graph.Outputs)
        {
            Place(new PlacedNode(output.Name, "output", Node: null, ShapeOf(output), Row: 0, Column: 0), [output.Name]);
        }

        return new GraphLayout(nodes, edges);

        int Place(PlacedNode node, IReadOnlyList<string> inputs)
        {
            (int Index, GraphValue Value)[] from = [.. inputs.Where(makers.ContainsKey).Select(name => makers[name])];
            var row = from.Length == 0 ? 0 : from.Max(maker => nodes[maker.Index].Row) + 1;
            var column = from.Length == 0 ? 0 : nodes[from[0].Index].Column;
            while (!taken.Add((row, column)))
            {
                column++;
            }

            nodes.Add(node with { Row = row, Column = column });
            edges.AddRange(from.Select(maker => new GraphEdge(maker.Index, nodes.Count - 1, ShapeOf(maker.Value))));
            return nodes.Count - 1;
        }
    }

    /// <summary>A shape as text: "batch x 64 x 128 x 1292"; empty where it is not known.</summary>
    public static string ShapeOf(GraphValue? value) => value?.Shape is { } shape ? string.Join(" x ", shape) : "";
}

/// <summary>A node with its place.</summary>
/// <param name="Name">Of the node, or of the graph's input or output.</param>
/// <param name="Operation">Of ONNX, or <c>input</c> or <c>output</c>.</param>
/// <param name="Node">Null for an input or output.</param>
/// <param name="Shape">Of what it computes.</param>
/// <param name="Row">From the top, 0 or more.</param>
/// <param name="Column">From the left, 0 or more.</param>
internal sealed record PlacedNode(string Name, string Operation, GraphNode? Node, string Shape, int Row, int Column);

/// <summary>A value on its way.</summary>
/// <param name="From">Which node computes it, an index.</param>
/// <param name="To">Which node takes it.</param>
/// <param name="Shape">Of the value.</param>
internal sealed record GraphEdge(int From, int To, string Shape);
