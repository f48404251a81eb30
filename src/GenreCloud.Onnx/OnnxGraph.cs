using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GenreCloud.Onnx.Protobuf;
using Google.Protobuf;
using static TorchSharp.torch;

namespace GenreCloud.Onnx;

/// <summary>
/// Builds the ONNX graph of a TorchSharp module, layer by layer, in the order in which the module computes.
/// </summary>
/// <remarks>
/// Every operation checks the types and shapes that it is given and infers its own, so a network that does not fit together
/// fails here, with the names of the node and its inputs, and not when ONNX Runtime loads the file. Nodes are named for the
/// module's path (<c>cnn/conv1/0</c>), constants for PyTorch's parameter (<c>cnn.conv1.0.weight</c>). Weights are copied: the
/// module may train on afterwards. Not safe for use by several threads.
/// </remarks>
public sealed partial class OnnxGraph
{
    // The oldest pair that has all we need, for the widest choice of runtimes.
    internal const int IrVersion = 8;
    internal const int OperatorSet = 17;

    private readonly Dictionary<nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<(OnnxValue Value, ByteString Content)> _constants = [];
    private readonly List<Node> _nodes = [];

    /// <summary>An empty graph for one network.</summary>
    /// <param name="root">The network whose layers are added; its submodules' names give the nodes' names.</param>
    public OnnxGraph(nn.Module root)
    {
        ArgumentNullException.ThrowIfNull(root);
        _paths.Add(root, root.GetName());
        foreach (var (path, module) in root.named_modules())
        {
            _paths.TryAdd(module, path);
        }
    }

    /// <summary>The name for a node that belongs to a module and is no module itself: <c>cnn/conv1/relu</c>.</summary>
    /// <exception cref="ArgumentException">The module is not a part of the network.</exception>
    public string NameWithin(nn.Module module, string name) => $"{NodeName(PathOf(module))}/{name}";

    /// <summary>Adds an input of the whole graph.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public OnnxValue Input(string name, OnnxElementType elementType, params ReadOnlySpan<OnnxDimension> shape)
    {
        var value = NewValue(name, elementType, [.. shape]);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Makes <paramref name="value"/> an output of the whole graph, under this name.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the value is not computed by a node, or is an output already.</exception>
    public void Output(string name, OnnxValue value)
    {
        CheckOwn(value, name);
        if (_outputs.Contains(value) || _nodes.TrueForAll(node => node.Output != value))
        {
            throw new ArgumentException($"{value} cannot become the output '{name}': only what a node computes can, and once.", nameof(value));
        }

        // The old name stays taken: the node keeps it.
        if (value.Name != name)
        {
            Reserve(name);
            value.Name = name;
        }

        _outputs.Add(value);
    }

    /// <summary>Adds a constant scalar.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public OnnxValue Constant(string name, float value) => Constant(name, [value], []);

    /// <summary>Adds a constant with a copy of the tensor's elements, whatever its strides and device are.</summary>
    /// <param name="name">Unique among the graph's values.</param>
    /// <param name="tensor">Float32: the parity of a graph with a network of another precision means nothing.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="NotSupportedException">The tensor is not float32.</exception>
    public OnnxValue Constant(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new NotSupportedException($"'{name}' is {tensor.dtype}; only float32 tensors are exported.");
        }

        using var scope = NewDisposeScope();
        var elements = tensor.detach().cpu().contiguous();
        return Constant(name, elements.data<float>().ToArray(), [.. elements.shape.Select(OnnxDimension.Fixed)]);
    }

    /// <summary>The finished model as the bytes of an ONNX file. The same layers and weights give the same bytes.</summary>
    /// <exception cref="InvalidOperationException">The graph has no output.</exception>
    public byte[] ToModel(OnnxModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Build(info).ToByteArray();
    }

    internal ModelProto Build(OnnxModelInfo info)
    {
        if (_outputs.Count == 0)
        {
            throw new InvalidOperationException($"The graph '{info.GraphName}' has no output.");
        }

        var graph = new GraphProto { Name = info.GraphName };
        graph.Input.AddRange(_inputs.Select(Describe));
        graph.Output.AddRange(_outputs.Select(Describe));
        graph.ValueInfo.AddRange(_nodes.Select(node => node.Output).Except(_outputs).Select(Describe));
        graph.Node.AddRange(_nodes.Select(node => node.ToProto()));
        graph.Initializer.AddRange(_constants.Select(constant => new TensorProto
        {
            Name = constant.Value.Name,
            DataType = (int)constant.Value.ElementType,
            Dims = { constant.Value.Shape.Select(dimension => dimension.Size) },
            RawData = constant.Content,
        }));

        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = info.ProducerName,
            ProducerVersion = info.ProducerVersion,
            DocString = info.Description,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } },
            MetadataProps = { info.Metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }) },
        };
    }

    private static ValueInfoProto Describe(OnnxValue value)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(value.Shape.Select(dimension => dimension.IsFixed
            ? new TensorShapeProto.Types.Dimension { DimValue = dimension.Size }
            : new TensorShapeProto.Types.Dimension { DimParam = dimension.Symbol }));
        return new ValueInfoProto
        {
            Name = value.Name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)value.ElementType, Shape = shape } },
        };
    }

    private static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    private static AttributeProto Attribute(string name, ReadOnlySpan<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values.ToArray() } };

    private OnnxValue Constant(string name, float[] elements, ImmutableArray<OnnxDimension> shape) =>
        AddConstant(NewValue(name, OnnxElementType.Float32, shape), MemoryMarshal.AsBytes<float>(elements));

    private OnnxValue Constant(string name, long[] elements) =>
        AddConstant(NewValue(name, OnnxElementType.Int64, [elements.Length]), MemoryMarshal.AsBytes<long>(elements));

    // ONNX is little-endian, and so is every system that libtorch runs on.
    private OnnxValue AddConstant(OnnxValue value, ReadOnlySpan<byte> content)
    {
        _constants.Add((value, ByteString.CopyFrom(content)));
        return value;
    }

    /// <summary>Adds one operation; the caller has checked its inputs and inferred what it computes.</summary>
    /// <param name="operation">ONNX's name of the operation.</param>
    /// <param name="name">The node's name, and its output's until it becomes an output of the graph.</param>
    /// <param name="inputs">In the order of the operation's signature; null where an optional one is not given.</param>
    /// <param name="elementType">Of the output.</param>
    /// <param name="shape">Of the output.</param>
    /// <param name="attributes">The operation's constants.</param>
    private OnnxValue AddNode(
        string operation,
        string name,
        ImmutableArray<OnnxValue?> inputs,
        OnnxElementType elementType,
        ImmutableArray<OnnxDimension> shape,
        params ImmutableArray<AttributeProto> attributes)
    {
        foreach (var input in inputs)
        {
            if (input is not null)
            {
                CheckOwn(input, name);
            }
        }

        var output = NewValue(name, elementType, shape);
        _nodes.Add(new Node(operation, name, inputs, output, attributes));
        return output;
    }

    private OnnxValue NewValue(string name, OnnxElementType elementType, ImmutableArray<OnnxDimension> shape)
    {
        Reserve(name);
        return new OnnxValue(this, name, elementType, shape);
    }

    private void Reserve(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!_names.Add(name))
        {
            throw new ArgumentException($"The graph already has a value named '{name}'.", nameof(name));
        }
    }

    private void CheckOwn(OnnxValue value, string name)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Graph != this)
        {
            throw new ArgumentException($"'{name}': {value} belongs to another graph.", nameof(value));
        }
    }

    private string PathOf(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return _paths.TryGetValue(module, out var path)
            ? path
            : throw new ArgumentException($"A {module.GetName()} is not a part of the network that is exported.", nameof(module));
    }

    private static string NodeName(string path) => path.Replace('.', '/');

    private static void Require(bool condition, string name, string expectation, params ReadOnlySpan<OnnxValue> got)
    {
        if (!condition)
        {
            throw new ArgumentException($"'{name}' expects {expectation}, not {string.Join(" and ", got.ToArray().Select(value => value.ToString()))}.");
        }
    }

    private static void RequireSupported(bool condition, string name, string limit)
    {
        if (!condition)
        {
            throw new NotSupportedException($"'{name}' cannot be exported: {limit}.");
        }
    }

    private sealed record Node(string Operation, string Name, ImmutableArray<OnnxValue?> Inputs, OnnxValue Output, ImmutableArray<AttributeProto> Attributes)
    {
        // Values are named only here, because becoming an output renames one after other nodes have taken it as their input.
        public NodeProto ToProto() => new()
        {
            Name = Name,
            OpType = Operation,
            Input = { Inputs.Select(input => input?.Name ?? "") },
            Output = { Output.Name },
            Attribute = { Attributes },
        };
    }
}
