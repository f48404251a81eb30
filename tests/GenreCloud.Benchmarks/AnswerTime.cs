using System.Diagnostics;
using System.Globalization;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>answer [--rounds N] [--threads N] [--batch 1,2,4,8]</c>: how long ONNX Runtime takes for one spectrogram with each architecture of the catalogue, in turns,
/// so that whatever else the machine does meets all of them alike; and what share of crnn's time that is. With <c>--batch</c> how many spectrograms a second each
/// answers in runs over so many at once, and how that compares with the first of these sizes.
/// </summary>
internal static class AnswerTime
{
    private const string Verb = "answer";
    private const int Classes = 10;

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static int Run(string[] args)
    {
        var rounds = ProcessBenchmark.Number(args, "--rounds", 40);
        var threads = ProcessBenchmark.Number(args, "--threads", 1);
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        var models = Architecture.All.Select(architecture => (architecture.Name, Session: Load(architecture, options), Milliseconds: new List<double>())).ToList();
        foreach (var (_, session, _) in models)
        {
            Answer(session, batch: 1);
        }

        if (ProcessBenchmark.Option(args, "--batch") is { } sizes)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"spectrograms a second, {threads} threads, median of {rounds} rounds"));
            foreach (var (name, session, _) in models)
            {
                PrintBatches(name, session, [.. sizes.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))], rounds);
                session.Dispose();
            }

            return 0;
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var (_, session, milliseconds) in models)
            {
                milliseconds.Add(Answer(session, batch: 1));
            }
        }

        var reference = ProcessBenchmark.Median(models.Single(model => model.Name == Crnn.ArchitectureName).Milliseconds);
        Console.WriteLine($"one spectrogram, {threads} threads, median of {rounds} rounds");
        foreach (var (name, session, milliseconds) in models)
        {
            var median = ProcessBenchmark.Median(milliseconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-16} {median,8:f2} ms {median / reference,6:f2} of crnn"));
            session.Dispose();
        }

        return 0;
    }

    private static InferenceSession Load(Architecture architecture, SessionOptions options)
    {
        using var network = architecture.Create(new NetworkInputs(Classes, TabularNormalization.None(architecture.TabularColumns)), seed: 1);
        string[] labels = [.. Enumerable.Range(0, Classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        return new InferenceSession(OnnxClassifier.Export(network, labels, new OnnxModelInfo(architecture.Name, "GenreCloud", "1.0")), options);
    }

    private static void PrintBatches(string name, InferenceSession session, int[] sizes, int rounds)
    {
        var perSecond = sizes.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (index, size) in sizes.Index())
            {
                perSecond[index].Add(size * 1000 / Answer(session, size));
            }
        }

        var first = ProcessBenchmark.Median(perSecond[0]);
        var cells = sizes.Zip(perSecond, (size, rates) => (size, rate: ProcessBenchmark.Median(rates)))
            .Select(cell => string.Create(CultureInfo.InvariantCulture, $"{cell.size}: {cell.rate:f1} ({cell.rate / first:f2})"));
        Console.WriteLine($"{name,-16} {string.Join("  ", cells)}");
    }

    /// <returns>Milliseconds.</returns>
    private static double Answer(InferenceSession session, int batch)
    {
        var pixels = new byte[batch * SpectrogramShape.Pixels];
        new Random(1).NextBytes(pixels);
        var inputs = new List<NamedOnnxValue>
        {
            NamedOnnxValue.CreateFromTensor("spectrogram", new DenseTensor<byte>(pixels, [batch, SpectrogramShape.Bands, SpectrogramShape.Frames])),
        };
        if (session.InputMetadata.TryGetValue("tabular", out var tabular))
        {
            inputs.Add(NamedOnnxValue.CreateFromTensor("tabular", new DenseTensor<float>([batch, tabular.Dimensions[1]])));
        }

        var started = Stopwatch.GetTimestamp();
        using var answers = session.Run(inputs);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
