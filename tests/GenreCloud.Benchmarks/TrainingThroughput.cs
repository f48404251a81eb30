using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using GenreCloud.Datasets.Png;
using GenreCloud.Modeling;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>training [--batch N] [--steps N] [--threads N] [--zip PATH]</c>: images a second, CPU time and peak memory of training steps, each way of computing in
/// its own process, because the allocator is chosen before a process starts and peak memory is a process's.
/// </summary>
internal static class TrainingThroughput
{
    public const string Verb = "training";

    private const string ChildVerb = "training-child";
    private const int WarmUpSteps = 2;
    private const int Classes = 10;

    public static bool Owns(string[] args) => args is [Verb or ChildVerb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        int batch = ProcessBenchmark.Number(args, "--batch", 16);
        int threads = ProcessBenchmark.Number(args, "--threads", Environment.ProcessorCount);
        int steps = ProcessBenchmark.Number(args, "--steps", 8);
        string zip = ProcessBenchmark.Option(args, "--zip") ?? SampleDataset.Path;
        if (args[0] == ChildVerb)
        {
            await MeasureAsync(Enum.Parse<ComputeFormat>(ProcessBenchmark.Option(args, "--format")!), batch, steps, threads, zip);
            return 0;
        }

        var kept = CpuTraining.Environment;
        var system = new Dictionary<string, string>();
        (string Name, ComputeFormat Format, IReadOnlyDictionary<string, string> Environment)[] ways =
        [
            ("plain float32, the system's allocator", ComputeFormat.ChannelsFirst, system),
            ("channels last float32, kept allocator", ComputeFormat.ChannelsLast, kept),
            ("channels last bfloat16, kept allocator", ComputeFormat.ChannelsLastBFloat16, kept),
        ];

        Console.WriteLine($"batch {batch}, {steps} steps, {threads} threads, bfloat16 instructions: {CpuTraining.BFloat16Support}");
        Console.WriteLine($"{"",-40} {"images/s",9} {"ratio",6} {"CPU ms/image",12} {"peak MB",8}");
        double plain = 0;
        foreach (var (name, format, environment) in ways)
        {
            var (imagesPerSecond, cpuMilliseconds, peakMegabytes) = await MeasureInChildAsync(format, environment, batch, steps, threads, zip);
            plain = plain == 0 ? imagesPerSecond : plain;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-40} {imagesPerSecond,9:f2} {imagesPerSecond / plain,6:f2} {cpuMilliseconds,12:f0} {peakMegabytes,8:f0}"));
        }

        return 0;
    }

    private static async Task<(double ImagesPerSecond, double CpuMilliseconds, double PeakMegabytes)> MeasureInChildAsync(
        ComputeFormat format, IReadOnlyDictionary<string, string> environment, int batch, int steps, int threads, string zip)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList =
            {
                ChildVerb, "--format", format.ToString(), "--batch", $"{batch}", "--steps", $"{steps}", "--threads", $"{threads}", "--zip", zip,
            },
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        string[] fields = child.ExitCode == 0 ? output.Split(' ') : throw new InvalidOperationException($"The child process ended with {child.ExitCode}.");
        return (double.Parse(fields[0], CultureInfo.InvariantCulture), double.Parse(fields[1], CultureInfo.InvariantCulture), double.Parse(fields[2], CultureInfo.InvariantCulture));
    }

    private static async Task MeasureAsync(ComputeFormat format, int batch, int steps, int threads, string zip)
    {
        TorchRuntime.EnsureLoaded();
        using var network = Architecture.Named("crnn").Create(new NetworkInputs(Classes), seed: 1);
        using var trainer = new Trainer(network, new TrainingOptions { Epochs = 1, BatchSize = batch, Threads = threads }, format, TimeProvider.System);
        var source = new RealBatches(zip, batch, WarmUpSteps + steps);
        var clock = new StepClock();
        await foreach (var epoch in trainer.TrainAsync(source, clock))
        {
            var (wall, cpu) = clock.SecondsFrom(WarmUpSteps);
            int images = batch * steps;
            Console.Write(string.Create(
                CultureInfo.InvariantCulture, $"{images / wall} {1000 * cpu / images} {PeakResidentBytes() / 1e6} {epoch.Training.Loss}"));
        }
    }

    private static double PeakResidentBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private sealed class StepClock : IProgress<StepResult>
    {
        private readonly List<(long Timestamp, TimeSpan Cpu)> _ends = [];

        public void Report(StepResult value) => _ends.Add((Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime));

        public (double Wall, double Cpu) SecondsFrom(int step) => (
            Stopwatch.GetElapsedTime(_ends[step - 1].Timestamp, _ends[^1].Timestamp).TotalSeconds,
            (_ends[^1].Cpu - _ends[step - 1].Cpu).TotalSeconds);
    }

    /// <summary>The first spectrograms of an archive, decoded before the clock starts; their labels are their folders.</summary>
    private sealed class RealBatches : IBatchSource
    {
        private readonly Batch[] _batches;

        public RealBatches(string zip, int batch, int batches)
        {
            using var archive = ZipFile.OpenRead(zip);
            var pictures = archive.Entries.Where(entry => entry.FullName.EndsWith(".png", StringComparison.Ordinal)).ToArray();
            string[] labels = [.. pictures.Select(Label).Distinct()];
            // Every 37th, so that a batch has several labels.
            _batches = [.. Enumerable.Range(0, batches).Select(number => Decode(
                [.. Enumerable.Range(0, batch).Select(i => pictures[(number * batch + i) * 37 % pictures.Length])], labels))];
        }

        public int TrainingBatches => _batches.Length;

        public IReadOnlyList<int> TrainingImagesPerClass =>
            [.. Enumerable.Range(0, Classes).Select(label => _batches.Sum(batch => batch.Labels.ToArray().Count(own => own == label)))];

        public IAsyncEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch, CancellationToken cancellationToken) =>
            _batches.Skip(firstBatch).ToAsyncEnumerable();

        public IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken) => AsyncEnumerable.Empty<Batch>();

        private static string Label(ZipArchiveEntry entry) => entry.FullName.Split('/')[0];

        private static Batch Decode(ZipArchiveEntry[] entries, string[] labels)
        {
            byte[] pixels = new byte[entries.Length * SpectrogramShape.Pixels];
            for (int i = 0; i < entries.Length; i++)
            {
                SpectrogramPng.Read(SampleDataset.Read(entries[i]), pixels.AsSpan(i * SpectrogramShape.Pixels));
            }

            return new Batch(pixels, entries.Select(entry => (long)Array.IndexOf(labels, Label(entry))).ToArray());
        }
    }
}
