using System.Buffers;

namespace GenreCloud.Datasets.Batches;

/// <summary>Decoded samples of one training step. Dispose it when the step has taken its copy: the memory is used again.</summary>
public sealed class SpectrogramBatch : IDisposable
{
    private byte[]? _pixels;

    internal SpectrogramBatch(IReadOnlyList<int> samples)
    {
        Samples = samples;
        Labels = new long[samples.Count];
        _pixels = ArrayPool<byte>.Shared.Rent(samples.Count * SpectrogramFormat.Pixels);
    }

    /// <summary>Indices of the samples, N of them, in the order asked for.</summary>
    public IReadOnlyList<int> Samples { get; }

    /// <summary>int64 [N]: positions in the label map.</summary>
    public long[] Labels { get; }

    /// <summary>uint8 [N,128,1292].</summary>
    /// <exception cref="ObjectDisposedException">The memory has gone back.</exception>
    public Memory<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pixels is null, this);
            return _pixels.AsMemory(0, Samples.Count * SpectrogramFormat.Pixels);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }
}
