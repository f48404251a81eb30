using System.Globalization;

namespace GenreCloud.Onnx;

/// <summary>One dimension of a shape: a fixed size, or a name for a size that is known only when the graph runs.</summary>
public readonly record struct OnnxDimension
{
    private readonly long _size;

    private OnnxDimension(long size, string? symbol)
    {
        _size = size;
        Symbol = symbol;
    }

    /// <summary>The number of samples in one call: every classifier's first dimension.</summary>
    public static OnnxDimension Batch { get; } = new(0, "batch");

    /// <summary>The name of a size known only at run time; null for a fixed size.</summary>
    public string? Symbol { get; }

    /// <summary>Whether the size is known when the graph is built.</summary>
    public bool IsFixed => Symbol is null;

    /// <summary>The fixed size.</summary>
    /// <exception cref="InvalidOperationException">The dimension is symbolic.</exception>
    public long Size => IsFixed ? _size : throw new InvalidOperationException($"The size of dimension '{Symbol}' is not known before the graph runs.");

    public static implicit operator OnnxDimension(long size) => Fixed(size);

    /// <summary>A size known when the graph is built.</summary>
    /// <param name="size">At least 1.</param>
    public static OnnxDimension Fixed(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new OnnxDimension(size, null);
    }

    public override string ToString() => Symbol ?? _size.ToString(CultureInfo.InvariantCulture);
}
