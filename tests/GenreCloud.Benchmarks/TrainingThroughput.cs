using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using GenreCloud.Datasets.Png;
using GenreCloud.Modeling;
using static System.Runtime.InteropServices.MemoryMarshal;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>training [--batch N] [--steps N] [--threads N] [--zip PATH]</c>: images a second, CPU time and peak memory of training steps, ours and those of
/// Debian's PyTorch with the same network on the same pictures, where it is installed (<c>training.sh</c> does that). Each way of computing
/// has its own process, because the allocator is chosen before a process starts and peak memory is a process's.
/// </summary>
internal static class TrainingThroughput
{
    public const string Verb = "training";

    private const string ChildVerb = "training-child";
    private const string Python = "/usr/bin/python3";
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

        Console.WriteLine($"batch {batch}, {steps} steps, {threads} threads, bfloat16 instructions: {CpuTraining.BFloat16Support}");
        var kept = CpuTraining.Environment;
        var system = new Dictionary<string, string>();
        string[] sizes = ["--batch", $"{batch}", "--steps", $"{steps}", "--threads", $"{threads}"];
        List<Way> ways =
        [
            Ours("GenreCloud float32, system allocator", ComputeFormat.ChannelsFirst, system),
            Ours("GenreCloud channels last", ComputeFormat.ChannelsLast, kept),
            Ours("GenreCloud channels last bfloat16", ComputeFormat.ChannelsLastBFloat16, kept),
        ];
        string data = Path.GetTempFileName();
        try
        {
            if (await IsPeerInstalledAsync())
            {
                await new RealBatches(zip, batch, WarmUpSteps + steps).WriteAsync(data);
                ways.AddRange(
                [
                    Peers("PyTorch float32, system allocator", "fp32", system),
                    Peers("PyTorch float32", "fp32", kept),
                    Peers("PyTorch channels last", "channels-last", kept),
                    Peers("PyTorch channels last bfloat16", "bf16", kept),
                ]);
            }
            else
            {
                Console.WriteLine("PyTorch is not installed: tests/GenreCloud.Benchmarks/training.sh does that, and measures it too.");
            }

            var results = new List<Result>();
            foreach (var way in ways)
            {
                results.Add(await RunAsync(way));
            }

            Print(ways, results);
        }
        finally
        {
            File.Delete(data);
        }

        return 0;

        Way Ours(string name, ComputeFormat format, IReadOnlyDictionary<string, string> environment) =>
            new(name, IsPeer: false, Environment.ProcessPath!, [ChildVerb, "--format", $"{format}", "--zip", zip, .. sizes], environment);

        Way Peers(string name, string mode, IReadOnlyDictionary<string, string> environment) => new(
            name,
            IsPeer: true,
            Python,
            [Path.Combine(AppContext.BaseDirectory, "Peer", "training_peer.py"), "--data", data, "--mode", mode, "--warm-up", $"{WarmUpSteps}", "--classes", $"{Classes}", .. sizes],
            environment);
    }

    private static void Print(List<Way> ways, List<Result> results)
    {
        var peers = results.Where((_, i) => ways[i].IsPeer).Select(result => result.ImagesPerSecond).ToArray();
        Console.WriteLine($"{"",-40} {"images/s",9} {"to peer's best",15} {"to its default",15} {"CPU ms/image",13} {"peak MB",8} {"loss",7}");
        foreach (var (way, result) in ways.Zip(results))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{way.Name,-40} {result.ImagesPerSecond,9:f2} {Ratio(peers.DefaultIfEmpty(double.NaN).Max()),15} {Ratio(peers.FirstOrDefault(double.NaN)),15} {result.CpuMilliseconds,13:f0} {result.PeakMegabytes,8:f0} {result.Loss,7:f3}"));

            string Ratio(double peer) => double.IsNaN(peer) ? "" : (result.ImagesPerSecond / peer).ToString("f2", CultureInfo.InvariantCulture);
        }
    }

    private static async Task<bool> IsPeerInstalledAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import torch"]) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static async Task<Result> RunAsync(Way way)
    {
        var start = new ProcessStartInfo(way.Program, way.Arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in way.Environment)
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        double[] fields = child.ExitCode == 0
            ? [.. output.Split(' ', StringSplitOptions.TrimEntries).Select(field => double.Parse(field, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"{way.Name}: the process ended with {child.ExitCode}.");
        return new Result(fields[0], fields[1], fields[2], fields[3]);
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
            var (wall, cpu) = clock.Since(WarmUpSteps);
            int images = batch * steps;
            Console.Write(string.Create(
                CultureInfo.InvariantCulture, $"{images / wall.TotalSeconds} {cpu.TotalMilliseconds / images} {PeakResidentBytes() / 1e6} {epoch.Training.Loss}"));
        }
    }

    /// <param name="Arguments">The program prints images a second, CPU milliseconds an image, peak MB and the mean loss.</param>
    private sealed record Way(string Name, bool IsPeer, string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);

    private sealed record Result(double ImagesPerSecond, double CpuMilliseconds, double PeakMegabytes, double Loss);

    private static double PeakResidentBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
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

        /// <summary>Writes all pictures, uint8 [N,128,1292], and then all labels, int64 [N].</summary>
        public async Task WriteAsync(string path)
        {
            await using var file = File.Create(path);
            foreach (var batch in _batches)
            {
                await file.WriteAsync(batch.Pixels);
            }

            foreach (var batch in _batches)
            {
                await file.WriteAsync(AsBytes(batch.Labels.Span).ToArray());
            }
        }

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
