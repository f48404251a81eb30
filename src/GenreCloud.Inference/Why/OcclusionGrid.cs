using GenreCloud.Datasets;

namespace GenreCloud.Inference.Why;

/// <summary>
/// Where a spectrogram is covered to see what its answer rests on (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014): patches of
/// 2 x 2 cells that move by one cell, so that they overlap. What a cell counts is the mean over the patches that cover it. Patches of single cells would take
/// more runs and show less: a network that finds the same a moment later does not miss what is so small.
/// </summary>
internal static class OcclusionGrid
{
    /// <summary>Rows of cells, of 16 mel bands each.</summary>
    public const int Rows = 8;

    /// <summary>Columns of cells, of 76 frames (1.76 s) each: 1292 = 17 x 76.</summary>
    public const int Columns = 17;

    /// <summary>
    /// Runs of the model, whatever machine it is: 112. A run of crnn takes about 40 ms of a core, so that all take 5 s on a core and half of that on two.
    /// </summary>
    public const int Patches = PatchRows * PatchColumns;

    public const int BandsPerRow = SpectrogramFormat.MelBands / Rows;
    public const int FramesPerColumn = SpectrogramFormat.Frames / Columns;

    /// <summary>Of a patch, in each direction.</summary>
    private const int PatchCells = 2;

    private const int PatchRows = Rows - PatchCells + 1;
    private const int PatchColumns = Columns - PatchCells + 1;

    /// <summary>A picture without what lies under a patch.</summary>
    /// <remarks>
    /// The patch gets the picture's mean, as the masks that networks are trained with (SpecAugment, Park et al. 2019): that says least. The white of silence
    /// would be an event, a hole in the music, to which a network answers by itself.
    /// </remarks>
    /// <param name="pixels">uint8 [128,1292], the highest band in row 0.</param>
    /// <param name="patch">0 to <see cref="Patches"/> - 1.</param>
    /// <param name="fill">See <see cref="MeanOf"/>.</param>
    public static byte[] Cover(ReadOnlySpan<byte> pixels, int patch, byte fill)
    {
        var covered = pixels.ToArray();
        var (row, column) = Math.DivRem(patch, PatchColumns);
        var top = SpectrogramFormat.MelBands - ((row + PatchCells) * BandsPerRow);
        for (var line = top; line < top + (PatchCells * BandsPerRow); line++)
        {
            covered.AsSpan((line * SpectrogramFormat.Frames) + (column * FramesPerColumn), PatchCells * FramesPerColumn).Fill(fill);
        }

        return covered;
    }

    /// <summary>The picture's mean grey.</summary>
    public static byte MeanOf(ReadOnlySpan<byte> pixels)
    {
        long sum = 0;
        foreach (var pixel in pixels)
        {
            sum += pixel;
        }

        return (byte)Math.Round((double)sum / pixels.Length);
    }

    /// <summary>The mean of the patches over each cell.</summary>
    /// <param name="patches">A value for each patch.</param>
    /// <returns>float64 [<see cref="Rows"/>][<see cref="Columns"/>], the lowest bands first.</returns>
    public static double[][] CellMeans(IReadOnlyList<double> patches) =>
    [
        .. Enumerable.Range(0, Rows).Select(row => Enumerable.Range(0, Columns).Select(column => Mean(patches, row, column)).ToArray()),
    ];

    private static double Mean(IReadOnlyList<double> patches, int row, int column)
    {
        var over = from patchRow in Over(row, PatchRows)
                   from patchColumn in Over(column, PatchColumns)
                   select patches[(patchRow * PatchColumns) + patchColumn];
        return over.Average();
    }

    /// <summary>The patches over a cell, in one direction.</summary>
    private static IEnumerable<int> Over(int cell, int patches)
    {
        var first = Math.Max(0, cell - PatchCells + 1);
        return Enumerable.Range(first, Math.Min(cell, patches - 1) - first + 1);
    }
}
