namespace GenreCloud.Modeling.Tests;

/// <summary>One bright bar a picture; its place is the label.</summary>
internal sealed class BarBatches(int batches, int batchSize, int classes = 4) : IBatchSource
{
    public int? Announced { get; init; }

    public bool HasValidation { get; init; } = true;

    /// <summary>Gives the validation images other labels than the training has taught.</summary>
    public bool HasContraryValidation { get; init; }

    /// <summary>The value of every pixel, for pictures without bars.</summary>
    public byte? Grey { get; init; }

    /// <summary>Tabular columns; the first is the label, and every third value is missing.</summary>
    public int TabularColumns { get; init; }

    public int TrainingBatches => Announced ?? batches;

    public IReadOnlyList<int> TrainingImagesPerClass =>
        [.. Enumerable.Range(0, classes).Select(label => Enumerable.Range(0, batches * batchSize).Count(i => i % classes == label))];

    public IAsyncEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch, CancellationToken cancellationToken) =>
        Enumerable.Range(epoch, batches).Skip(firstBatch).Select(number => Read(number % batches, labelShift: 0)).ToAsyncEnumerable();

    public IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken) =>
        Enumerable.Range(0, HasValidation ? batches : 0).Select(number => Read(number, labelShift: HasContraryValidation ? 1 : 0)).ToAsyncEnumerable();

    private Batch Read(int number, int labelShift)
    {
        long[] bars = [.. Enumerable.Range(number * batchSize, batchSize).Select(i => (long)(i % classes))];
        byte[] pixels = new byte[batchSize * SpectrogramShape.Pixels];
        int barWidth = SpectrogramShape.Frames / classes;
        for (int i = 0; i < batchSize; i++)
        {
            for (int row = 0; row < SpectrogramShape.Bands; row++)
            {
                pixels.AsSpan(i * SpectrogramShape.Pixels + row * SpectrogramShape.Frames + (int)bars[i] * barWidth, barWidth).Fill(255);
            }
        }

        if (Grey is { } grey)
        {
            pixels.AsSpan().Fill(grey);
        }

        float[] tabular = [.. Enumerable.Range(0, batchSize * TabularColumns).Select(i => i % 3 == 2 ? float.NaN : bars[i / TabularColumns] + i % TabularColumns)];
        return new Batch(pixels, bars.Select(bar => (bar + labelShift) % classes).ToArray(), tabular);
    }
}
