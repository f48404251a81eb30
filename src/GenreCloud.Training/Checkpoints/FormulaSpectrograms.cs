using GenreCloud.Datasets;

namespace GenreCloud.Training.Checkpoints;

/// <summary>
/// Pictures made of integers, the same on every machine, to compare ONNX Runtime and TorchSharp on where no dataset is at hand: flat ones,
/// slopes, a pattern with edges, and noise. Each is uint8 [128,1292].
/// </summary>
internal static class FormulaSpectrograms
{
    /// <summary>A pattern with edges of every direction, which is still small as a PNG; black; white; a slope over all pixels; one over the rows; three of noise.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        Picture((row, column) => ((7 * row) + (3 * column)) ^ (row * column / 16)),
        Picture((_, _) => 0),
        Picture((_, _) => 255),
        Picture((row, column) => 255L * ((row * SpectrogramFormat.Frames) + column) / (SpectrogramFormat.Pixels - 1)),
        Picture((row, _) => 2 * row),
        Noise(1),
        Noise(2),
        Noise(3),
    ];

    private static byte[] Picture(Func<int, int, long> pixel) =>
        [.. Enumerable.Range(0, SpectrogramFormat.Pixels).Select(i => (byte)pixel(i / SpectrogramFormat.Frames, i % SpectrogramFormat.Frames))];

    /// <summary>The upper byte of a linear congruential generator (Numerical Recipes' constants).</summary>
    private static byte[] Noise(uint state) => Picture((_, _) => (state = (1664525 * state) + 1013904223) >> 24);
}
