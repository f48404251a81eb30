using System.Globalization;
using GenreCloud.Onnx.Protobuf;
using GenreCloud.Registry;
using Google.Protobuf;
using static GenreCloud.Onnx.Protobuf.AttributeProto.Types;

namespace GenreCloud.Inference.Models;

/// <summary>Reads the graph of an ONNX file. It needs neither ONNX Runtime nor the network's framework.</summary>
internal static class OnnxGraphReader
{
    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <param name="card">Of the version.</param>
    /// <param name="onnx">The bytes of its model.onnx.</param>
    /// <exception cref="UnusableModelException">They are no ONNX model.</exception>
    public static ModelGraph Read(ModelCard card, byte[] onnx)
    {
        GraphProto graph;
        try
        {
            graph = Parser.ParseFrom(onnx).Graph ?? throw new UnusableModelException($"Model '{card.Model}' version {card.Version} has no graph.");
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new UnusableModelException($"Model '{card.Model}' version {card.Version} cannot be read as ONNX: {exception.Message}");
        }

        var known = new Dictionary<string, GraphValue>(StringComparer.Ordinal);
        foreach (var value in graph.ValueInfo.Concat(graph.Input).Concat(graph.Output))
        {
            known[value.Name] = ValueOf(value);
        }

        var weights = graph.Initializer.ToDictionary(
            tensor => tensor.Name, tensor => new GraphValue(tensor.Name, TypeOf(tensor.DataType), [.. tensor.Dims.Select(Text)]), StringComparer.Ordinal);
        GraphNode[] nodes =
        [
            .. graph.Node.Select(node => new GraphNode(
                node.Name,
                node.OpType,
                [.. node.Input.Where(name => name.Length > 0 && !weights.ContainsKey(name))],
                [.. node.Input.Where(weights.ContainsKey).Select(name => weights[name])],
                [.. node.Output.Where(name => name.Length > 0).Select(Known)],
                node.Attribute.Where(IsReadable).ToDictionary(attribute => attribute.Name, Text))),
        ];

        // Older files list their weights among the inputs, too.
        return new ModelGraph(
            card.Model,
            card.Version,
            [.. graph.Input.Where(input => !weights.ContainsKey(input.Name)).Select(ValueOf)],
            [.. graph.Output.Select(ValueOf)],
            nodes,
            graph.Initializer.Sum(tensor => tensor.Dims.Aggregate(1L, (product, size) => product * size)));

        GraphValue Known(string name) => known.GetValueOrDefault(name) ?? new GraphValue(name, Type: null, Shape: null);
    }

    private static GraphValue ValueOf(ValueInfoProto value) => new(
        value.Name,
        value.Type?.TensorType is { } tensor ? TypeOf(tensor.ElemType) : null,
        value.Type?.TensorType?.Shape is { } shape ? [.. shape.Dim.Select(Text)] : null);

    private static string Text(TensorShapeProto.Types.Dimension dimension) => dimension.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => Text(dimension.DimValue),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => dimension.DimParam,
        _ => "?",
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsReadable(AttributeProto attribute) => attribute.Type is AttributeType.Float or AttributeType.Int or AttributeType.Ints;

    private static string Text(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Float => attribute.F.ToString("g6", CultureInfo.InvariantCulture),
        AttributeType.Int => Text(attribute.I),
        _ => string.Join(" x ", attribute.Ints.Select(Text)),
    };

    /// <summary>Numbers of TensorProto.DataType in onnx.proto; those of strings and complex numbers are left out.</summary>
    private static string TypeOf(int type) => type switch
    {
        1 => "float32",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        9 => "bool",
        10 => "float16",
        11 => "float64",
        12 => "uint32",
        13 => "uint64",
        16 => "bfloat16",
        _ => $"type {Text(type)}",
    };
}
