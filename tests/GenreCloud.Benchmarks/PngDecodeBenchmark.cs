using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using SkiaSharp;

namespace GenreCloud.Benchmarks;

/// <summary>Real spectrogram PNGs to uint8 [128,1292] in the caller's buffer, on one core: our decoder against SkiaSharp.</summary>
[MemoryDiagnoser]
[Config(typeof(ImagesPerSecond))]
public class PngDecodeBenchmark
{
    private const int Images = 64;

    private static readonly SKImageInfo Info = new(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, SKColorType.Gray8, SKAlphaType.Opaque);

    private readonly byte[] _pixels = GC.AllocateArray<byte>(SpectrogramFormat.Pixels, pinned: true);
    private byte[][] _pngs = [];

    [GlobalSetup]
    public void LoadPngs()
    {
        using var zip = ZipFile.OpenRead(SampleDataset.Path);
        _pngs = [.. zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).Take(Images).Select(SampleDataset.Read)];
    }

    [Benchmark(OperationsPerInvoke = Images)]
    public void GrayPngDecode()
    {
        foreach (var png in _pngs)
        {
            GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, _pixels);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Images)]
    public void SkiaSharpDecode()
    {
        var target = Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0);
        foreach (var png in _pngs)
        {
            using var data = SKData.CreateCopy(png);
            using var codec = SKCodec.Create(data);
            if (codec.GetPixels(Info, target) != SKCodecResult.Success)
            {
                throw new InvalidOperationException("SkiaSharp did not decode a PNG.");
            }
        }
    }

    private sealed class ImagesPerSecond : ManualConfig
    {
        public ImagesPerSecond() => AddColumn(new RateColumn());
    }

    private sealed class RateColumn : IColumn
    {
        public string Id => nameof(RateColumn);

        public string ColumnName => "Images/s";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => "Images decoded a second on one core";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
            => summary[benchmarkCase]?.ResultStatistics is { } statistics
                ? (1e9 / statistics.Mean).ToString("F0", CultureInfo.InvariantCulture)
                : "-";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
    }
}
