using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>
/// What is known of a place that a source was staged from, <c>sources/.sources/{hash of its identity}.json</c>: which file was there,
/// and what became of it. It finds the blocks of an unfinished staging again, those of a file that has been replaced, and the
/// archive of a finished one. A file that changed has other blocks, so that those of two files never mix.
/// </summary>
internal sealed record SourceRecord
{
    internal const string Prefix = ".sources/";

    public required string Validator { get; init; }

    public required long Bytes { get; init; }

    public required int BlockBytes { get; init; }

    /// <summary>The SHA-256 of the content, once it is staged.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where the record of a place is.</summary>
    public static BlobClient Blob(BlobContainerClient container, string identity) => container.GetBlobClient($"{Prefix}{Hash(identity)}.json");

    /// <summary>Whose lease owns the staging from a place.</summary>
    public static BlobClient Lease(BlobContainerClient container, string identity) => container.GetBlobClient($"{Prefix}{Hash(identity)}.lease");

    /// <summary>Whether it is about this very file.</summary>
    public bool IsOf(SourceRecord other) => (Validator, Bytes, BlockBytes) == (other.Validator, other.Bytes, other.BlockBytes);

    /// <summary>The key of the file's <see cref="StagedBlocks"/>.</summary>
    public string BlocksKey(string identity) => Hash($"{identity}\n{Validator}\n{Bytes}\n{BlockBytes}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
