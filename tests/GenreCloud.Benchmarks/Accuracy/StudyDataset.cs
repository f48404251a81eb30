using System.Security.Cryptography;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>A zip to import.</summary>
internal sealed class StudyDataset(string zip, string profile)
{
    public string Zip => zip;

    public string Profile => profile;

    public string Name { get; } = Path.GetFileNameWithoutExtension(zip);

    public string Sha256 { get; } = Digest(zip);

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
