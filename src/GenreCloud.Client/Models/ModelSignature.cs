using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace GenreCloud.Client.Models;

/// <summary>What an ONNX file takes and gives.</summary>
/// <param name="Inputs"><c>spectrogram</c>, and <c>tabular</c> for a model with a tabular branch.</param>
/// <param name="Outputs"><c>logits</c> and <c>probabilities</c>.</param>
public sealed record ModelSignature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs);

/// <summary>An input or output of a model.</summary>
/// <param name="Name">As in the ONNX graph.</param>
/// <param name="Type">Of one element.</param>
/// <param name="Shape">Row-major, the batch first; -1 where any size is accepted.</param>
public sealed record TensorSpec(string Name, TensorType Type, IReadOnlyList<int> Shape);

/// <summary>The type of a tensor's elements.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "Element types are what these names name.")]
public enum TensorType
{
    [JsonStringEnumMemberName("uint8")]
    UInt8,

    [JsonStringEnumMemberName("float32")]
    Float32,
}

/// <summary>How the spectrograms of a model are made from sound.</summary>
/// <param name="SampleRate">Hz, mono.</param>
/// <param name="FftLength">Samples a Fourier transform, with a Hann window.</param>
/// <param name="HopLength">Samples from one frame to the next; frames are centred.</param>
/// <param name="MelBands">Rows of the picture.</param>
/// <param name="MelScale"><c>slaney</c>: linear below 1 kHz, logarithmic above.</param>
/// <param name="Power">Exponent of the magnitude.</param>
/// <param name="LogOffset">Added before the natural logarithm.</param>
/// <param name="Scaling"><c>minMaxToUInt8</c>: from the clip's own minimum and maximum to 0..255, truncated.</param>
/// <param name="Flipped">Low frequencies at the bottom.</param>
/// <param name="Inverted">Dark is loud.</param>
/// <param name="Frames">Columns of the picture.</param>
public sealed record MelFrontEnd(
    int SampleRate,
    int FftLength,
    int HopLength,
    int MelBands,
    string MelScale,
    double Power,
    double LogOffset,
    string Scaling,
    bool Flipped,
    bool Inverted,
    int Frames);

/// <summary>A question with its answer, by which anyone can check that a model is fed correctly.</summary>
/// <param name="Png">The spectrogram, a gray PNG of 128 mel bands x 1292 frames.</param>
/// <param name="Tabular">float32 [columns], raw, null where missing; null as a whole for a model without a tabular branch.</param>
/// <param name="Logits">float32 [classes].</param>
/// <param name="Probabilities">float32 [classes].</param>
/// <param name="Tolerance">How far any probability may be off on another machine.</param>
public sealed record GoldenExample(byte[] Png, IReadOnlyList<float?>? Tabular, IReadOnlyList<float> Logits, IReadOnlyList<float> Probabilities, double Tolerance);
