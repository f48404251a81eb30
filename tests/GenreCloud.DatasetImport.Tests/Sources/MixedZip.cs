namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A zip with something of everything: good pictures, bad ones, duplicates, rows without picture and pictures without row.</summary>
internal static class MixedZip
{
    /// <summary>Good pictures.</summary>
    public const int Samples = 60;

    /// <summary>Entries of its quarantine.</summary>
    public const int Quarantined = 8;

    /// <summary>A partition size that makes a dozen partitions of it.</summary>
    public static string PartitionBytes { get; } = $"{5 * TestPng.Spectrogram(0).Length}";

    public static byte[] ToBytes()
    {
        var zip = SourceZip.WithTracks(Samples, "rock", "jazz", "folk");
        var damaged = TestPng.Spectrogram(70);
        damaged[^20] ^= 1;
        return zip.Track("damaged", "rock", damaged)
            .Track("copy", "jazz", TestPng.Spectrogram(2))
            .Track("same", "rock", TestPng.Spectrogram(3))
            .Entry("folk/t/track7.png", TestPng.Spectrogram(71))
            .Entry("rock/o/orphan.png", TestPng.Spectrogram(72))
            .Row("absent", "rock")
            .Row("track5", "house")
            .Row("", "rock")
            .ToBytes();
    }
}
