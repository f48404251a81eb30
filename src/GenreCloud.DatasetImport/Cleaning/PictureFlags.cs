using System.Numerics;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Cleaning;

/// <summary>Tells pictures that have nothing to learn from: without any structure, or of silence.</summary>
internal static class PictureFlags
{
    /// <summary>Grey levels between the lightest and the darkest pixel of a picture without structure, at most: what noise and rounding make.</summary>
    private const int ConstantRange = 8;

    /// <summary>The lightest level that a sound has: the quietest that there is comes out as 255.</summary>
    private const byte SilentLevel = 247;

    /// <summary>Frames with sound, at most, of a picture that counts as silent: a tenth.</summary>
    private const int SoundFrames = SpectrogramFormat.Frames / 10;

    /// <summary>The flags of uint8 [128,1292]; null for none.</summary>
    public static IReadOnlyList<string>? Of(ReadOnlySpan<byte> pixels)
    {
        Span<byte> darkest = stackalloc byte[SpectrogramFormat.Frames];
        darkest.Fill(byte.MaxValue);
        byte lightest = 0;
        for (var row = 0; row < SpectrogramFormat.MelBands; row++)
        {
            var frames = pixels.Slice(row * SpectrogramFormat.Frames, SpectrogramFormat.Frames);
            lightest = Math.Max(lightest, Darken(darkest, frames));
        }

        var minimum = byte.MaxValue;
        var sounding = 0;
        foreach (var frame in darkest)
        {
            minimum = Math.Min(minimum, frame);
            sounding += frame < SilentLevel ? 1 : 0;
        }

        return lightest - minimum <= ConstantRange ? [SampleFlag.Constant] : sounding <= SoundFrames ? [SampleFlag.Silent] : null;
    }

    /// <summary>Takes the darker of both for every frame.</summary>
    /// <returns>The lightest pixel of the row.</returns>
    private static byte Darken(Span<byte> darkest, ReadOnlySpan<byte> row)
    {
        var lightest = Vector<byte>.Zero;
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var pixels = new Vector<byte>(row[i..]);
            Vector.Min(new Vector<byte>(darkest[i..]), pixels).CopyTo(darkest[i..]);
            lightest = Vector.Max(lightest, pixels);
        }

        byte last = 0;
        for (; i < row.Length; i++)
        {
            darkest[i] = Math.Min(darkest[i], row[i]);
            last = Math.Max(last, row[i]);
        }

        for (var lane = 0; lane < Vector<byte>.Count; lane++)
        {
            last = Math.Max(last, lightest[lane]);
        }

        return last;
    }
}
