namespace GenreCloud.Modeling;

/// <summary>Decoded spectrograms with their labels.</summary>
/// <param name="Pixels">uint8 [N,128,1292], row by row.</param>
/// <param name="Labels">Class indices, int64 [N].</param>
/// <param name="Tabular">float32 [N, columns], raw, NaN = missing; empty when nothing is known of them.</param>
public readonly record struct Batch(ReadOnlyMemory<byte> Pixels, ReadOnlyMemory<long> Labels, ReadOnlyMemory<float> Tabular = default)
{
    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <exception cref="ArgumentException">The pixels are not those of as many images as there are labels.</exception>
    internal void RequireWhole()
    {
        if (Pixels.Length != (long)Count * SpectrogramShape.Pixels)
        {
            throw new ArgumentException($"{Count} images have {(long)Count * SpectrogramShape.Pixels} bytes, not {Pixels.Length}.");
        }
    }
}

/// <summary>
/// Where a trainer gets its images. A source reads ahead by itself; a batch stays unchanged until the next one has been asked for.
/// </summary>
public interface IBatchSource
{
    /// <summary>Batches of every training epoch: <see cref="TrainingOptions.BatchesPerEpoch"/>.</summary>
    int TrainingBatches { get; }

    /// <summary>Training images of each class, by class index.</summary>
    IReadOnlyList<int> TrainingImagesPerClass { get; }

    /// <summary>The training images in an order of that epoch.</summary>
    /// <param name="epoch">From 0; the same epoch gives the same batches.</param>
    /// <param name="firstBatch">How many of its batches to leave out: a training that continues has learnt them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch, CancellationToken cancellationToken);

    /// <summary>The validation images, always the same; may be none.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken);
}
