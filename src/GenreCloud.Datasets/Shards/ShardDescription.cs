namespace GenreCloud.Datasets.Shards;

/// <summary>One tar of a dataset version, as its manifest lists it.</summary>
/// <param name="File">Name below the version's folder: "shards/00000.tar".</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Of the file, in lower-case hexadecimal.</param>
/// <param name="Samples">Pictures in it.</param>
public sealed record ShardDescription(string File, long Bytes, string Sha256, int Samples)
{
    /// <summary>The name of a shard: "shards/00007.tar" for 7.</summary>
    public static string FileOf(int shard) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"shards/{shard:D5}.tar");
}
