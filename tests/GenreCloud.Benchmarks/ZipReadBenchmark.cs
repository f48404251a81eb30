using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using GenreCloud.DatasetImport.Archives;

namespace GenreCloud.Benchmarks;

/// <summary>
/// Every entry of a zip in memory, from the directory to the last byte: our reader, which also checks each local header and CRC-32,
/// against System.IO.Compression. An operation is one entry; the pictures are those of the sample dataset, stored as published or deflated.
/// </summary>
[MemoryDiagnoser]
public class ZipReadBenchmark
{
    private const int Entries = 1000;
    private const int MaxEntryBytes = 4 << 20;

    private readonly byte[] _buffer = new byte[MaxEntryBytes];
    private byte[] _zip = [];

    [Params(CompressionLevel.NoCompression, CompressionLevel.Optimal)]
    public CompressionLevel Level { get; set; }

    [GlobalSetup]
    public void Pack()
    {
        using var sample = ZipFile.OpenRead(SampleDataset.Path);
        var pngs = sample.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).Select(SampleDataset.Read).ToArray();
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < Entries; i++)
            {
                using var content = zip.CreateEntry($"rock/{i % 10}/{i:D22}.png", Level).Open();
                content.Write(pngs[i % pngs.Length]);
            }
        }

        _zip = bytes.ToArray();
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task<long> OurZipReader()
    {
        var archive = new MemoryFile(_zip);
        var limits = new ZipLimits();
        var directory = await ZipDirectory.ReadAsync(archive, limits, CancellationToken.None);
        var total = 0L;
        await foreach (var window in new ZipReader(archive, limits).ReadWindowsAsync([.. directory.Entries], MaxEntryBytes, CancellationToken.None))
        {
            using (window)
            {
                foreach (var entry in window.Entries)
                {
                    total += window.Read(entry, _buffer).Length;
                }
            }
        }

        return total;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Entries)]
    public async Task<long> SystemIoCompression()
    {
        await using var archive = new ZipArchive(new MemoryStream(_zip), ZipArchiveMode.Read);
        var total = 0L;
        foreach (var entry in archive.Entries)
        {
            await using var content = await entry.OpenAsync();
            total += await content.ReadAtLeastAsync(_buffer, (int)entry.Length);
        }

        return total;
    }

    private sealed class MemoryFile(byte[] content) : IRandomAccess
    {
        public string Name => "memory";

        public long Length => content.Length;

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            content.AsMemory((int)offset, destination.Length).CopyTo(destination);
            return ValueTask.CompletedTask;
        }
    }
}
