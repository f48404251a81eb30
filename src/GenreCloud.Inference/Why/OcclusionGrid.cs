using GenreCloud.Datasets;

namespace GenreCloud.Inference.Why;

/// <summary>
/// Where a spectrogram is covered to see what its answer rests on (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014): patches of
/// 2 x 3 cells that move by one row and by two columns, so that they overlap. What a cell counts is the mean over the patches that cover it. Patches of single
/// cells would take more runs and show less: a network that finds the same a moment later does not miss what is so small. Patches of 2 x 2 cells that move by one
/// take twice the runs for the same map: of clips, with the published weights, the two correlate by 0.97 and 0.99, and without the tenth of the cells that
/// they call most important the label's log-odds fall as much.
/// </summary>
internal static class OcclusionGrid
{
    /// <summary>Rows of cells, of 16 mel bands each.</summary>
    public const int Rows = 8;

    /// <summary>Columns of cells, of 76 frames (1.76 s) each: 1292 = 17 x 76.</summary>
    public const int Columns = 17;

    /// <summary>Runs of the model, whatever machine it is: 56. A run of crnn takes 20 to 40 ms of a core.</summary>
    public const int Patches = PatchRows * PatchColumns;

    public const int BandsPerRow = SpectrogramFormat.MelBands / Rows;
    public const int FramesPerColumn = SpectrogramFormat.Frames / Columns;

    /// <summary>Of cells, that a patch covers; the next one lies one row higher.</summary>
    private const int RowsOfPatch = 2;

    /// <summary>Of cells, that a patch covers.</summary>
    private const int ColumnsOfPatch = 3;

    /// <summary>From one patch to the next.</summary>
    private const int ColumnStep = 2;

    private const int PatchRows = Rows - RowsOfPatch + 1;
    private const int PatchColumns = ((Columns - ColumnsOfPatch) / ColumnStep) + 1;

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
        var top = SpectrogramFormat.MelBands - ((row + RowsOfPatch) * BandsPerRow);
        for (var line = top; line < top + (RowsOfPatch * BandsPerRow); line++)
        {
            covered.AsSpan((line * SpectrogramFormat.Frames) + (column * ColumnStep * FramesPerColumn), ColumnsOfPatch * FramesPerColumn).Fill(fill);
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
        var over = from patchRow in Over(row, RowsOfPatch, step: 1, PatchRows)
                   from patchColumn in Over(column, ColumnsOfPatch, ColumnStep, PatchColumns)
                   select patches[(patchRow * PatchColumns) + patchColumn];
        return over.Average();
    }

    /// <summary>The patches over a cell, in one direction.</summary>
    private static IEnumerable<int> Over(int cell, int cellsOfPatch, int step, int patches) =>
        Enumerable.Range(0, patches).Where(patch => patch * step <= cell && cell < (patch * step) + cellsOfPatch);
}
