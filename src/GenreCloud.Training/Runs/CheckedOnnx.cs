using System.Reflection;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using TorchSharp;

namespace GenreCloud.Training.Runs;

/// <summary>A network as an ONNX model that was proved to answer as the network does.</summary>
/// <param name="Onnx">The serialized ONNX model.</param>
/// <param name="Parity">How closely, and on how many spectrograms.</param>
internal sealed record CheckedOnnx(byte[] Onnx, ExportParity Parity)
{
    /// <summary>How many real spectrograms ONNX Runtime and TorchSharp are compared on, where there are as many.</summary>
    public const int Samples = 64;

    /// <summary>How far apart the two may be in a logit or probability; also how far another machine may be from the golden answer.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The version of this program's source.</summary>
    public static string ProductVersion { get; } =
        typeof(CheckedOnnx).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <param name="network">Goes to the CPU, and is set to the format that it is compared in.</param>
    /// <param name="architecture">Its name in the catalogue.</param>
    /// <param name="labels">One a class.</param>
    /// <param name="temperature">What the model divides the logits by before the softmax.</param>
    /// <param name="pixels">uint8 [samples,128,1292].</param>
    /// <param name="tabular">float32 [samples,columns], NaN = missing; empty for a network without columns.</param>
    /// <param name="threads">Threads of ONNX Runtime.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="OnnxParityException">The two do not agree, or an answer is not finite.</exception>
    public static CheckedOnnx Export(
        SpectrogramNetwork network,
        string architecture,
        IReadOnlyList<string> labels,
        double temperature,
        ReadOnlyMemory<byte> pixels,
        ReadOnlyMemory<float> tabular,
        int threads,
        CancellationToken cancellationToken)
    {
        network.cpu().Format = ComputeFormat.ChannelsLast;
        var onnx = OnnxClassifier.Export(network, labels, new OnnxModelInfo(architecture, "GenreCloud", ProductVersion), temperature);
        var parity = OnnxParity.Measure(onnx, network, pixels, tabular, temperature, threads: threads, cancellationToken: cancellationToken)
            .RequireAgreement(Tolerance);
        return new CheckedOnnx(onnx, new ExportParity(Math.Max(parity.MaxLogitDifference, parity.MaxProbabilityDifference), parity.Samples, Tolerance));
    }
}
