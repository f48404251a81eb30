using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.DatasetImport;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>import [--pictures N] [--kind real|colour|small|songs] [--workers N] [--partitions N] [--zip PATH] [--python PATH]</c>: from a staged zip on Azurite
/// to a committed dataset version by the import service's own processes, beside what limits it on this machine: decoding the same PNGs from memory on
/// all cores, and uploading the same bytes to the same Azurite as the SDK does by default. The import itself uploads with MD5, which spares Azurite a
/// CRC-64 of its own and is faster: that rate is told, too. And checking and decoding alone on one core, beside the same in Python. With
/// <c>--workers</c> each process has one core to itself, as on machines of one core (Linux only); without it there is one process with all cores.
/// </summary>
internal static class ImportThroughput
{
    private const string Verb = "import";
    private const int BlobBytes = 32 << 20;
    private const int BlockBytes = 4 << 20;
    private const int MaxEntryBytes = 4 << 20;

    /// <summary>Some seconds of work, as a partition of pictures is.</summary>
    private const int SongPartitionBytes = 3 << 20;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task RunAsync(string[] args)
    {
        var kind = Enum.Parse<ImportPictures>(ProcessBenchmark.Option(args, "--kind") ?? nameof(ImportPictures.Real), ignoreCase: true);
        var pictures = ProcessBenchmark.Number(args, "--pictures", 3000);
        var workers = ProcessBenchmark.Option(args, "--workers") is null ? (int?)null : ProcessBenchmark.Number(args, "--workers", 1);
        var processes = workers ?? 1;
        var partitions = ProcessBenchmark.Number(args, "--partitions", Math.Clamp(Environment.ProcessorCount, 2, 8));
        using var folder = new TemporaryFolder();
        var zip = Path.Combine(folder.Path, "benchmark.zip");
        await ImportArchive.WriteAsync(zip, ProcessBenchmark.Option(args, "--zip") ?? SampleDataset.Path, pictures, kind);
        var bytes = new FileInfo(zip).Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pictures} pictures ({kind}), {bytes / 1e6:f0} MB, {processes} process(es) of {partitions} partition(s) at a time{(workers is null ? "" : ", one core each")}"));

        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var account = azurite.NewAccount();
        var upload = await UploadAsync(azurite.NewAccount(), zip, partitions * processes, StorageChecksumAlgorithm.None);
        var uploadMd5 = await UploadAsync(azurite.NewAccount(), zip, partitions * processes, StorageChecksumAlgorithm.MD5);
        var (import, memory) = await ImportAsync(account, zip, kind, workers, partitions);

        Print("upload to the same Azurite", upload);
        Print("upload with MD5", uploadMd5);
        Print("import, staged zip to version", import);
        if (kind != ImportPictures.Songs)
        {
            var decode = await DecodeAsync(zip, Environment.ProcessorCount);
            Print("decode from memory, all cores", decode);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{"of the lower limit",-34} {Math.Max(decode.TotalSeconds, upload.TotalSeconds) / import.TotalSeconds,8:p0}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"peak memory of a process",-34} {memory / 1e6,8:f0} MB"));
        if (ProcessBenchmark.Option(args, "--python") is { } python)
        {
            var ours = pictures / (await DecodeAsync(zip, threads: 1)).TotalSeconds;
            var theirs = await RunPythonAsync(python, zip);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{"check and decode, one core",-34} {ours,8:f0} images/s, Python {theirs:f0}: {ours / theirs:f1} times"));
        }

        void Print(string name, TimeSpan time) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-34} {bytes / 1e6 / time.TotalSeconds,8:f1} MB/s {pictures / time.TotalSeconds,8:f1} images/s"));
    }

    /// <summary>Reads every window into memory first, and takes the time only of checking and decoding.</summary>
    private static async Task<TimeSpan> DecodeAsync(string zip, int threads)
    {
        using var file = new FileRandomAccess(zip);
        var limits = new ZipLimits();
        var directory = await ZipDirectory.ReadAsync(file, limits, CancellationToken.None);
        ZipEntry[] entries = [.. directory.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal))];
        var time = TimeSpan.Zero;
        await foreach (var window in new ZipReader(file, limits).ReadWindowsAsync(entries, MaxEntryBytes, CancellationToken.None))
        {
            using (window)
            {
                var started = Stopwatch.GetTimestamp();
                Parallel.ForEach(
                    window.Entries,
                    new ParallelOptions { MaxDegreeOfParallelism = threads },
                    () => (Inflated: Array.Empty<byte>(), Pixels: new byte[SpectrogramFormat.Pixels]),
                    (entry, _, buffers) =>
                    {
                        SpectrogramPng.Read(window.Read(entry, buffers.Inflated).Span, buffers.Pixels);
                        return buffers;
                    },
                    _ => { });
                time += Stopwatch.GetElapsedTime(started);
            }
        }

        return time;
    }

    private static async Task<TimeSpan> UploadAsync(StorageAccount account, string zip, int atATime, StorageChecksumAlgorithm checksum)
    {
        var options = new BlobClientOptions { TransferValidation = { Upload = { ChecksumAlgorithm = checksum } } };
        var container = new BlobServiceClient(account.ConnectionString, options).GetBlobContainerClient("limit");
        await container.CreateAsync();
        using var file = new FileRandomAccess(zip);
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (int)((file.Length + BlobBytes - 1) / BlobBytes)),
            new ParallelOptions { MaxDegreeOfParallelism = atATime },
            async (number, cancellationToken) =>
            {
                var blob = container.GetBlockBlobClient($"{number}");
                var blocks = new List<string>();
                var buffer = new byte[BlockBytes];
                var end = Math.Min(file.Length, (number + 1L) * BlobBytes);
                for (var offset = (long)number * BlobBytes; offset < end; offset += BlockBytes)
                {
                    var length = (int)Math.Min(BlockBytes, end - offset);
                    await file.ReadAsync(offset, buffer.AsMemory(0, length), cancellationToken);
                    blocks.Add(Convert.ToBase64String(BitConverter.GetBytes(blocks.Count)));
                    using var block = new MemoryStream(buffer, 0, length);
                    await blob.StageBlockAsync(blocks[^1], block, cancellationToken: cancellationToken);
                }

                await blob.CommitBlockListAsync(blocks, cancellationToken: cancellationToken);
            });
        return Stopwatch.GetElapsedTime(started);
    }

    /// <returns>From the staged zip to the committed version, and the most memory that a process took, in bytes.</returns>
    private static async Task<(TimeSpan Time, long PeakBytes)> ImportAsync(StorageAccount account, string zip, ImportPictures kind, int? workers, int partitions)
    {
        var services = new List<ServiceProcess>();
        try
        {
            for (var worker = 0; worker < (workers ?? 1); worker++)
            {
                var service = ServiceProcess.ExecutableOf("GenreCloud.DatasetImport");
                string[] command = workers is null ? [service] : ["taskset", "--cpu-list", $"{worker % Environment.ProcessorCount}", service];
                services.Add(ServiceProcess.Start(
                    command[0],
                    [.. command[1..], "--urls", "http://127.0.0.1:0"],
                    ("ConnectionStrings__blobs", account.ConnectionString),
                    ("ConnectionStrings__queues", account.ConnectionString),
                    ("DatasetImport__ConcurrentPartitions", $"{partitions}"),
                    ("DatasetImport__PartitionBytes", $"{(kind == ImportPictures.Songs ? SongPartitionBytes : new DatasetImportOptions().PartitionBytes)}")));
            }

            var addresses = await Task.WhenAll(services.Select(service => service.WaitForAddressAsync(CancellationToken.None)));
            using var client = new HttpClient { BaseAddress = addresses[0], Timeout = Timeout.InfiniteTimeSpan };
            await using var file = File.OpenRead(zip);
            using var body = new StreamContent(file);

            // Answered when the zip is staged and the import is queued.
            using var accepted = await client.PutAsync(new Uri($"/api/imports/upload?dataset=benchmark&profile={(kind == ImportPictures.Songs ? "audio" : "genres")}", UriKind.Relative), body);
            var started = Stopwatch.GetTimestamp();
            var import = (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options))!;
            while (!import.HasEnded)
            {
                await Task.Delay(PollInterval);
                import = (await client.GetFromJsonAsync<Import>($"/api/imports/{import.Id}", GenreCloudJson.Options))!;
            }

            var time = Stopwatch.GetElapsedTime(started);
            return import.Status == ImportStatus.Completed
                ? (time, services.Max(service => PeakBytes(service.ProcessId)))
                : throw new InvalidOperationException($"The import has {import.Status}: {import.Error}");
        }
        finally
        {
            foreach (var service in services)
            {
                await service.DisposeAsync();
            }
        }
    }

    /// <summary>The most memory that a process has had resident; 0 where the system does not tell.</summary>
    private static long PeakBytes(int processId)
    {
        var status = $"/proc/{processId}/status";
        var line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static async Task<double> RunPythonAsync(string python, string zip)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Peer", "import_peer.py"), zip]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var rate = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return double.Parse(rate, CultureInfo.InvariantCulture);
    }
}
