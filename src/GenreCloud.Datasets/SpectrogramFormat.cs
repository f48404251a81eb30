namespace GenreCloud.Datasets;

/// <summary>The shape of every spectrogram: mel bands by frames of 8-bit gray, row-major, low bands at the bottom, dark = loud.</summary>
public static class SpectrogramFormat
{
    /// <summary>Rows of the picture: Slaney mel bands, the highest in row 0.</summary>
    public const int MelBands = 128;

    /// <summary>Columns of the picture: 29.99 s at 22,050 Hz with a hop of 512 samples.</summary>
    public const int Frames = 1292;

    /// <summary>Bytes of one decoded spectrogram, uint8 [128,1292].</summary>
    public const int Pixels = MelBands * Frames;
}
