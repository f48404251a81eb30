using TorchSharp;

namespace GenreCloud.Modeling.Checkpoints.Pickles;

// The machine's values are null, bool, long, BigInteger (beyond long), double, string and the types here.

/// <summary>A byte string.</summary>
internal sealed record PickleBytes(ReadOnlyMemory<byte> Value);

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A list. It may hold itself: nothing here walks through values without knowing how deep.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>
/// A dictionary as its writer listed it. It is not hashed: a file could choose keys that all fall together, and only dictionaries of a
/// state are ever looked into.
/// </summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];

    /// <summary>The value of a string key, the last one where there are several, as in Python; null when there is none.</summary>
    public object? this[string key] => Entries.FindLast(entry => entry.Key is string name && name == key).Value;
}

/// <summary>A number of NumPy, or its type: nothing here needs its value.</summary>
internal sealed record NumpyValue(bool IsType);

/// <summary>Elements that are stored outside the pickle.</summary>
/// <param name="Key">Their name in the file.</param>
/// <param name="Count">Number of elements, not negative.</param>
internal sealed record PickleStorage(string Key, torch.ScalarType ElementType, long Count)
{
    /// <summary>Bytes of one element.</summary>
    public int ElementSize => ElementType switch
    {
        torch.ScalarType.Float64 or torch.ScalarType.Int64 => 8,
        torch.ScalarType.Float32 or torch.ScalarType.Int32 => 4,
        torch.ScalarType.Float16 or torch.ScalarType.BFloat16 or torch.ScalarType.Int16 => 2,
        _ => 1,
    };
}

/// <summary>A view of a storage; every element that it shows lies within.</summary>
/// <param name="Start">Element of the storage that comes first.</param>
/// <param name="Strides">Elements from one index to the next, one a dimension, not negative.</param>
/// <param name="Count">Number of elements, the product of the shape.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Start, long[] Shape, long[] Strides, long Count);
