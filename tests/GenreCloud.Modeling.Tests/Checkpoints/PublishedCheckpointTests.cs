using System.Text.Json;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Onnx;
using GenreCloud.Testing;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests.Checkpoints;

/// <summary>The checkpoints that the source project published answer as they do in PyTorch.</summary>
public sealed class PublishedCheckpointTests
{
    /// <summary>PyTorch's own float32 answers are 5.8e-6 from those of float64.</summary>
    private const double Tolerance = 5e-5;

    [Theory]
    [InlineData("crnn_genre_model.pth", 45, 212_362)]
    [InlineData("crnn_concat_metal_model.pth", 51, 285_076)]
    public void Their_tensors_are_found(string file, int tensors, long floats)
    {
        var checkpoint = PyTorchCheckpoint.Read(File.ReadAllBytes(SharedData.RequireWeights(file)));

        checkpoint.Tensors.Count.ShouldBe(tensors);
        checkpoint.Tensors.Values.Where(tensor => tensor.ElementType == ScalarType.Float32).Sum(tensor => tensor.Data.Length / sizeof(float)).ShouldBe((int)floats);
        checkpoint.Tensors.Values.Where(tensor => tensor.ElementType == ScalarType.Int64).Select(tensor => tensor.Shape.Length).ShouldBe(Enumerable.Repeat(0, 5));
    }

    [Theory]
    [InlineData("genre", "crnn", "crnn_genre_model.pth", 10)]
    [InlineData("metal", "crnn-tabular", "crnn_concat_metal_model.pth", 20)]
    public void Their_answers_are_PyTorch_s_in_TorchSharp_and_in_ONNX_Runtime(string model, string name, string file, int classes)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.RequireWeights("golden.json")));
        double[][] expected = Rows(golden.RootElement.GetProperty(model).GetProperty("logp_f64"));
        var architecture = Architecture.Named(name);
        float[] tabular = architecture.TabularColumns == 0 ? [] : [.. Rows(golden.RootElement.GetProperty("tabular")).SelectMany(row => row).Select(value => (float)value)];
        var checkpoint = PyTorchCheckpoint.Read(File.ReadAllBytes(SharedData.RequireWeights(file)));

        int count = checkpoint.CountClasses(architecture);
        using var network = architecture.Create(new NetworkInputs(count, TabularNormalization.None(architecture.TabularColumns)), seed: 1);
        checkpoint.LoadInto(network, "tabular.");
        byte[] pixels = [.. GoldenPixels.Pictures.SelectMany(picture => picture)];

        count.ShouldBe(classes);
        LargestDifference(InTorch(network, pixels, tabular), expected).ShouldBeLessThan(Tolerance);
        LargestDifference(InOnnxRuntime(network, pixels, tabular), expected).ShouldBeLessThan(Tolerance);
    }

    private static double[][] InTorch(SpectrogramNetwork network, byte[] pixels, float[] tabular)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        var images = tensor(pixels).view(-1, SpectrogramShape.Bands, SpectrogramShape.Frames);
        var logits = network.call(images, tabular.Length == 0 ? null : tensor(tabular).view(images.shape[0], -1));
        return LogProbabilities(logits);
    }

    private static double[][] InOnnxRuntime(SpectrogramNetwork network, byte[] pixels, float[] tabular)
    {
        string[] labels = [.. Enumerable.Range(0, network.Classes).Select(label => $"class {label}")];
        byte[] model = OnnxClassifier.Export(network, labels, new OnnxModelInfo("published", "GenreCloud", "1.0"));
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(model, options);
        long images = pixels.Length / SpectrogramShape.Pixels;
        using var spectrograms = OrtValue.CreateTensorValueFromMemory(pixels, [images, SpectrogramShape.Bands, SpectrogramShape.Frames]);
        var inputs = new Dictionary<string, OrtValue> { [OnnxClassifier.SpectrogramInput] = spectrograms };
        using var columns = tabular.Length == 0 ? null : OrtValue.CreateTensorValueFromMemory(tabular, [images, tabular.Length / images]);
        if (columns is not null)
        {
            inputs.Add(OnnxClassifier.TabularInput, columns);
        }

        using var run = new RunOptions();
        using var outputs = session.Run(run, inputs, [OnnxClassifier.LogitsOutput]);
        using var scope = NewDisposeScope();
        return LogProbabilities(tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray()).view(images, -1));
    }

    private static double[][] LogProbabilities(Tensor logits)
    {
        double[] values = [.. logits.to(ScalarType.Float64).log_softmax(1).data<double>()];
        return [.. values.Chunk((int)logits.shape[1])];
    }

    private static double LargestDifference(double[][] actual, double[][] expected)
    {
        actual.Select(row => row.Length).ShouldBe(expected.Select(row => row.Length));
        return actual.Zip(expected).Max(rows => rows.First.Zip(rows.Second).Max(values => Math.Abs(values.First - values.Second)));
    }

    private static double[][] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
}

/// <summary>The pictures, made of integers, that the reference answers are for.</summary>
file static class GoldenPixels
{
    public static IReadOnlyList<byte[]> Pictures { get; } =
    [
        Picture((_, _) => 0),
        Picture((_, _) => 255),
        Picture((row, column) => 255L * ((row * SpectrogramShape.Frames) + column) / (SpectrogramShape.Pixels - 1)),
        Picture((row, _) => 2 * row),
        Picture((row, column) => (((7 * row) + (3 * column)) ^ (row * column / 16)) & 255),
        Noise(1),
        Noise(2),
        Noise(3),
    ];

    private static byte[] Picture(Func<int, int, long> pixel) =>
        [.. Enumerable.Range(0, SpectrogramShape.Pixels).Select(i => (byte)pixel(i / SpectrogramShape.Frames, i % SpectrogramShape.Frames))];

    /// <summary>A linear congruential generator's high bytes.</summary>
    private static byte[] Noise(uint state) => Picture((_, _) => (state = (1664525 * state) + 1013904223) >> 24);
}
