using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using static TorchSharp.torch;

namespace GenreCloud.Benchmarks;

/// <summary>An untrained network in a registry: the time of an answer does not depend on the weights.</summary>
internal static class UntrainedModel
{
    public const string Name = "genres";

    private static readonly IReadOnlyList<string> Labels = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"];

    /// <returns>Its ONNX file.</returns>
    public static async Task<byte[]> RegisterAsync(StorageAccount account, byte[] golden, string architecture = Crnn.ArchitectureName)
    {
        TorchRuntime.EnsureLoaded();
        using var network = Architecture.Named(architecture).Create(new NetworkInputs(Labels.Count), seed: 1);
        network.eval();
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(golden, pixels);
        float[] logits;
        float[] probabilities;
        using (NewDisposeScope())
        using (no_grad())
        {
            var output = network.call(tensor(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]), null);
            logits = output.data<float>().ToArray();
            probabilities = output.softmax(1).data<float>().ToArray();
        }

        var description = new ModelDescription
        {
            Architecture = architecture,
            Labels = Labels,
            Signature = ModelSignature.ForSpectrograms(Labels.Count),
            Metrics = new ModelMetrics { Parity = new ExportParity(0, 1, 1e-4) },
            Lineage = new ModelLineage { Source = "benchmark" },
            Golden = new GoldenExample { Png = golden, Logits = logits, Probabilities = probabilities, Tolerance = 1e-4 },
        };
        var onnx = OnnxClassifier.Export(network, Labels, new OnnxModelInfo(architecture, "GenreCloud", "benchmark"));
        await account.Blobs.CreateBlobContainerAsync(StorageNames.Containers.Registry);
        await new ModelRegistry(account.Blobs, TimeProvider.System).RegisterAsync(Name, new ModelFiles(onnx), description, "benchmark", CancellationToken.None);
        return onnx;
    }
}
