using System.Globalization;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Inference.Tests;

/// <summary>A network with weights from a seed, exported as training does it, and what TorchSharp itself answers.</summary>
internal sealed class TestModel
{
    private static readonly Lazy<TestModel>[] All = [.. Enumerable.Range(1, 2).Select(seed => new Lazy<TestModel>(() => new TestModel("crnn", seed)))];

    private static readonly Lazy<TestModel> OnlyTabular = new(() => new TestModel("crnn-tabular", 1));

    private static readonly Lazy<TestModel>[] AllQuick =
        [.. Enumerable.Range(1, 2).Select(seed => new Lazy<TestModel>(() => new TestModel("crnn-strided", seed)))];

    // torch's random generator is one for the process.
    private static readonly Lock Torch = new();

    private TestModel(string architecture, int seed)
    {
        lock (Torch)
        {
            TorchRuntime.EnsureLoaded();
            set_num_threads(1);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var entry = Architecture.Named(architecture);
            using var network = entry.Create(new NetworkInputs(Labels.Count, TabularNormalization.None(entry.TabularColumns)), seed);
            Sharpen(network);
            var logits = network.call(Pixels(Spectrograms.Pngs), null);
            Probabilities = [.. logits.softmax(1).data<float>().ToArray().Chunk(Labels.Count)];
            Onnx = OnnxClassifier.Export(network, Labels, new OnnxModelInfo(architecture, "GenreCloud", "tests"));
            Description = Describe(entry, logits[0].data<float>().ToArray());
        }
    }

    public static TestModel First => All[0].Value;

    /// <summary>Answers otherwise than <see cref="First"/>.</summary>
    public static TestModel Second => All[1].Value;

    /// <summary>Two that answer otherwise than each other, in about a quarter of the time.</summary>
    public static IReadOnlyList<TestModel> Quick => [.. AllQuick.Select(model => model.Value)];

    /// <summary>One that takes 16 tabular features too; its probabilities are those without any.</summary>
    public static TestModel Tabular => OnlyTabular.Value;

    public static IReadOnlyList<string> Labels { get; } = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"];

    public byte[] Onnx { get; }

    public ModelDescription Description { get; }

    /// <summary>What TorchSharp answers for <see cref="Spectrograms.Pngs"/>, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<float[]> Probabilities { get; }

    public static ModelRegistry RegistryOf(StorageAccount account) => new(account.Blobs, TimeProvider.System);

    public Task<ModelCard> RegisterAsync(StorageAccount account, string name = "genres") => RegisterAsync(account, Description, name);

    public async Task<ModelCard> RegisterAsync(StorageAccount account, ModelDescription description, string name = "genres")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return await RegistryOf(account).RegisterAsync(name, new ModelFiles(Onnx), description, who: "tests", cancellationToken);
    }

    /// <summary>Fresh weights answer every picture with nearly the same: the head is shifted and stretched until the logits differ by several.</summary>
    private static void Sharpen(SpectrogramNetwork network)
    {
        network.eval();
        var logits = network.call(Pixels(Spectrograms.Pngs), null);
        var mean = logits.mean([0]);
        var stretch = 3 / (logits - mean).abs().max().ToDouble();
        var parameters = network.named_parameters().Select(named => named.parameter).ToArray();
        parameters.Single(parameter => parameter.shape is [10]).sub_(mean).mul_(stretch);
        parameters.Single(parameter => parameter.shape is [10, _]).mul_(stretch);
    }

    private static Tensor Pixels(IReadOnlyList<byte[]> pngs) =>
        tensor(pngs.SelectMany(Spectrograms.PixelsOf).ToArray(), [pngs.Count, SpectrogramShape.Bands, SpectrogramShape.Frames]);

    private ModelDescription Describe(Architecture architecture, float[] goldenLogits) => new()
    {
        Architecture = architecture.Name,
        Labels = Labels,
        Signature = ModelSignature.ForSpectrograms(Labels.Count, architecture.TabularColumns),
        Metrics = new ModelMetrics { Parity = new ExportParity(1e-6, 8, 1e-4) },
        Lineage = new ModelLineage { Source = string.Create(CultureInfo.InvariantCulture, $"{GetType()}") },
        Golden = new GoldenExample
        {
            Png = Spectrograms.Pngs[0],
            Logits = goldenLogits,
            Probabilities = Probabilities[0],
            Tolerance = 1e-4,
        },
    };
}
