using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace GenreCloud.Datasets.Samples;

/// <summary>One row of samples.parquet: a spectrogram, and where its PNG lies.</summary>
public sealed record Sample : SampleDescription
{
    public Sample()
    {
    }

    /// <summary>A described sample, still without its place.</summary>
    [SetsRequiredMembers]
    public Sample(SampleDescription description)
        : base(description)
    {
        PixelsSha256 = "";
    }

    /// <summary>Index into the manifest's shards.</summary>
    public required int Shard { get; init; }

    /// <summary>Where the PNG starts in its shard, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>Length of the PNG in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>SHA-256 of the decoded uint8 [128,1292], in lower-case hexadecimal: equal pictures are equal here however they were compressed.</summary>
    public required string PixelsSha256 { get; init; }

    /// <summary>What is remarkable about the picture, see <see cref="SampleFlag"/>; it is in the dataset all the same.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The id of an earlier sample of other artists that this one is nearly equal to; null if there is none.</summary>
    public string? NearDuplicateOf { get; init; }

    /// <summary>
    /// What near-duplicates in later imports are found by, in Base64: the import's fingerprint of the picture. Null where there is nothing to compare, and in
    /// versions that were written before there were any. Of no use to a client.
    /// </summary>
    [JsonIgnore]
    public string? Fingerprint { get; init; }

    /// <summary><see cref="PixelsSha256"/> of these pixels.</summary>
    public static string HashPixels(ReadOnlySpan<byte> pixels) => Convert.ToHexStringLower(SHA256.HashData(pixels));
}
