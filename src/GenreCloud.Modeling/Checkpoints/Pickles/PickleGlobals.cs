using System.Collections.Frozen;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Checkpoints.Pickles;

/// <summary>A name that a pickle may use: what <c>torch.save</c> writes for tensors and plain data, and no other.</summary>
/// <param name="Name">Module and name, with a dot.</param>
internal abstract record PickleGlobal(string Name);

/// <summary>The type of a storage.</summary>
internal sealed record StorageTypeGlobal(string Name, ScalarType ElementType) : PickleGlobal(Name);

/// <summary>A function that a pickle may call; each is done here by a few lines of our own.</summary>
/// <param name="Call">Takes the arguments and the place in the file.</param>
internal sealed record FunctionGlobal(string Name, Func<object?[], long, object?> Call) : PickleGlobal(Name);

/// <summary>The allow-list.</summary>
internal static class PickleGlobals
{
    private static readonly FrozenDictionary<string, PickleGlobal> All = new PickleGlobal[]
    {
        new StorageTypeGlobal("torch.FloatStorage", ScalarType.Float32),
        new StorageTypeGlobal("torch.DoubleStorage", ScalarType.Float64),
        new StorageTypeGlobal("torch.HalfStorage", ScalarType.Float16),
        new StorageTypeGlobal("torch.BFloat16Storage", ScalarType.BFloat16),
        new StorageTypeGlobal("torch.LongStorage", ScalarType.Int64),
        new StorageTypeGlobal("torch.IntStorage", ScalarType.Int32),
        new StorageTypeGlobal("torch.ShortStorage", ScalarType.Int16),
        new StorageTypeGlobal("torch.CharStorage", ScalarType.Int8),
        new StorageTypeGlobal("torch.ByteStorage", ScalarType.Byte),
        new StorageTypeGlobal("torch.BoolStorage", ScalarType.Bool),
        new FunctionGlobal("torch._utils._rebuild_tensor_v2", PickledTensors.Rebuild),
        new FunctionGlobal("torch._utils._rebuild_parameter", PickledTensors.RebuildParameter),
        new FunctionGlobal("collections.OrderedDict", OrderedDict),
        new FunctionGlobal("numpy.dtype", NumpyType),
        new FunctionGlobal("numpy.core.multiarray.scalar", NumpyScalar),
        new FunctionGlobal("numpy._core.multiarray.scalar", NumpyScalar),
        new FunctionGlobal("_codecs.encode", Encode),
    }.ToFrozenDictionary(global => global.Name);

    /// <exception cref="CheckpointException">The name is not allowed.</exception>
    public static PickleGlobal Find(string name, long offset) => All.TryGetValue(name, out var global)
        ? global
        : throw CheckpointException.Refused($"it asks for {CheckpointException.Quote(name)}", offset);

    /// <exception cref="CheckpointException">The arguments of <paramref name="function"/> are not those that torch.save writes.</exception>
    public static CheckpointException WrongArguments(string function, long offset) =>
        CheckpointException.Refused($"{function} is called with other arguments than torch.save's", offset);

    private static PickleDictionary OrderedDict(object?[] arguments, long offset) =>
        arguments is [] ? new PickleDictionary() : throw WrongArguments("OrderedDict", offset);

    private static NumpyValue NumpyType(object?[] arguments, long offset) =>
        arguments is [string, ..] ? new NumpyValue(IsType: true) : throw WrongArguments("numpy.dtype", offset);

    private static NumpyValue NumpyScalar(object?[] arguments, long offset) =>
        arguments is [NumpyValue { IsType: true }, PickleBytes] ? new NumpyValue(IsType: false) : throw WrongArguments("numpy's scalar", offset);

    // Pickles of protocol 2 have no byte strings: Python writes them as text with this call. Their content is of no use here.
    private static PickleBytes Encode(object?[] arguments, long offset) =>
        arguments is [string, "latin1"] ? new PickleBytes(default) : throw WrongArguments("_codecs.encode", offset);
}
