using System.Globalization;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Inference.Tests;

/// <summary>A network with weights from a seed, or the published ones, exported as training does it, and what TorchSharp itself answers.</summary>
internal sealed class TestModel
{
    private static readonly Lazy<TestModel>[] All = [.. Enumerable.Range(1, 2).Select(seed => new Lazy<TestModel>(() => new TestModel("crnn", Sharpen, seed)))];

    private static readonly Lazy<TestModel>[] AllQuick =
        [.. Enumerable.Range(1, 2).Select(seed => new Lazy<TestModel>(() => new TestModel("crnn-strided", Sharpen, seed)))];

    private static readonly Lazy<TestModel> WithTabular = new(() => new TestModel("crnn-tabular", Sharpen, seed: 3));
    private static readonly Lazy<TestModel> OfCheckpoint = new(() => new TestModel("crnn", LoadPublished, seed: 0));

    // torch's random generator is one for the process.
    private static readonly Lock Torch = new();

    private readonly SpectrogramNetwork _network;

    private TestModel(string architecture, Action<SpectrogramNetwork> prepare, int seed)
    {
        lock (Torch)
        {
            TorchRuntime.EnsureLoaded();
            set_num_threads(1);
            var kind = Architecture.Named(architecture);
            _network = kind.Create(new NetworkInputs(Labels.Count, kind.TabularColumns > 0 ? TabularNormalization.None(kind.TabularColumns) : null), seed);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            _network.eval();
            prepare(_network);
            var logits = LogitsOf(_network, Spectrograms.Pngs, Missing(_network));
            Probabilities = [.. logits.softmax(1).data<float>().ToArray().Chunk(Labels.Count)];
            Onnx = OnnxClassifier.Export(_network, Labels, new OnnxModelInfo(architecture, "GenreCloud", "tests"));
            Description = Describe(architecture, logits[0].data<float>().ToArray());
        }
    }

    public static TestModel First => All[0].Value;

    /// <summary>Answers otherwise than <see cref="First"/>.</summary>
    public static TestModel Second => All[1].Value;

    /// <summary>Two that answer otherwise than each other, in about a quarter of the time.</summary>
    public static IReadOnlyList<TestModel> Quick => [.. AllQuick.Select(model => model.Value)];

    /// <summary>Takes 16 tabular features, too; its probabilities are those without any.</summary>
    public static TestModel Tabular => WithTabular.Value;

    /// <summary>The genre checkpoint that the source project published.</summary>
    public static TestModel Published => OfCheckpoint.Value;

    public static IReadOnlyList<string> Labels { get; } = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"];

    public byte[] Onnx { get; }

    public ModelDescription Description { get; }

    /// <summary>What TorchSharp answers for <see cref="Spectrograms.Pngs"/> without any features, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<float[]> Probabilities { get; }

    public static ModelRegistry RegistryOf(StorageAccount account) => new(account.Blobs, TimeProvider.System);

    /// <summary>What TorchSharp answers for one picture.</summary>
    /// <param name="row">float32 [columns], NaN = missing.</param>
    public float[] ProbabilitiesOf(byte[] png, float[] row)
    {
        lock (Torch)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return LogitsOf(_network, [png], row).softmax(1).data<float>().ToArray();
        }
    }

    public Task<ModelCard> RegisterAsync(StorageAccount account, string name = "genres") => RegisterAsync(account, Description, name);

    public async Task<ModelCard> RegisterAsync(StorageAccount account, ModelDescription description, string name = "genres")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return await RegistryOf(account).RegisterAsync(name, new ModelFiles(Onnx), description, who: "tests", cancellationToken);
    }

    private static void LoadPublished(SpectrogramNetwork network) =>
        PyTorchCheckpoint.Read(File.ReadAllBytes(SharedData.RequireWeights("crnn_genre_model.pth"))).LoadInto(network);

    /// <summary>
    /// Fresh weights answer every picture with nearly the same: the head is shifted and stretched until the logits reach ±1. Stretched further, the rounding of
    /// float32 that differs between TorchSharp, ONNX Runtime and processors would come near the 1e-4 of the tests.
    /// </summary>
    private static void Sharpen(SpectrogramNetwork network)
    {
        var logits = LogitsOf(network, Spectrograms.Pngs, Missing(network));
        var mean = logits.mean([0]);
        var stretch = 1 / (logits - mean).abs().max().ToDouble();
        var parameters = network.named_parameters().Select(named => named.parameter).ToArray();
        parameters.Single(parameter => parameter.shape is [10]).sub_(mean).mul_(stretch);
        parameters.Single(parameter => parameter.shape is [10, _]).mul_(stretch);
    }

    private static float[] Missing(SpectrogramNetwork network) => [.. Enumerable.Repeat(float.NaN, network.TabularColumns)];

    /// <param name="row">For every picture.</param>
    private static Tensor LogitsOf(SpectrogramNetwork network, IReadOnlyList<byte[]> pngs, float[] row)
    {
        var pixels = tensor(pngs.SelectMany(Spectrograms.PixelsOf).ToArray(), [pngs.Count, SpectrogramShape.Bands, SpectrogramShape.Frames]);
        return network.call(pixels, row.Length == 0 ? null : tensor(pngs.SelectMany(_ => row).ToArray(), [pngs.Count, row.Length]));
    }

    private ModelDescription Describe(string architecture, float[] goldenLogits) => new()
    {
        Architecture = architecture,
        Labels = Labels,
        Signature = ModelSignature.ForSpectrograms(Labels.Count, _network.TabularColumns),
        Metrics = new ModelMetrics { Parity = new ExportParity(1e-6, 8, 1e-4) },
        Lineage = new ModelLineage { Source = string.Create(CultureInfo.InvariantCulture, $"{GetType()}") },
        Golden = new GoldenExample
        {
            Png = Spectrograms.Pngs[0],
            Tabular = _network.TabularColumns > 0 ? new float?[TabularFeatures.Columns.Count] : null,
            Logits = goldenLogits,
            Probabilities = Probabilities[0],
            Tolerance = 1e-4,
        },
    };
}
