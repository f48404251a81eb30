namespace GenreCloud.Datasets.Samples;

/// <summary>What may be remarkable about a sample: the codes of column flags of samples.parquet and of the manifest's counts.</summary>
public static class SampleFlag
{
    /// <summary>All pixels are about equal.</summary>
    public const string Constant = "constant";

    /// <summary>Nearly all frames are silent.</summary>
    public const string Silent = "silent";

    /// <summary>An earlier sample of other artists is nearly the same: a split by artist does not keep the two apart.</summary>
    public const string NearDuplicate = "nearDuplicate";
}
