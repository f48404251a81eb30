using GenreCloud.Onnx;

namespace GenreCloud.Modeling;

/// <summary>The picture every architecture is made for: 30 s of sound as uint8 [<see cref="Bands"/>, <see cref="Frames"/>].</summary>
public static class SpectrogramShape
{
    /// <summary>Mel bands, the rows of the picture.</summary>
    public const int Bands = OnnxClassifier.Height;

    /// <summary>Frames of 512 samples at 22,050 Hz, the columns of the picture.</summary>
    public const int Frames = OnnxClassifier.Width;

    /// <summary>Bytes of one picture.</summary>
    public const int Pixels = Bands * Frames;
}
