using GenreCloud.Client;
using GenreCloud.Client.Imports;
using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.FirstVisit;

/// <summary>The sample that comes with GenreCloud: 120 spectrograms of 10 genres, and how a first model is trained on it.</summary>
internal static class SampleData
{
    public const string Dataset = "genres-sample";

    /// <summary>See samples/README.md.</summary>
    private const string Licence = "MIT";

    private static readonly string Zip = Path.Combine(AppContext.BaseDirectory, "samples", "genres-sample.zip");

    /// <summary>
    /// Few spectrograms make few steps: small batches, and more epochs than a large dataset needs. Of the networks that read pictures it is the quick one: there is
    /// somebody who waits, maybe on a machine without bfloat16.
    /// </summary>
    public static RunRequest Run { get; } = new(Dataset) { Architecture = "crnn-strided", Epochs = 12, BatchSize = 8, Precision = Precision.Bf16 };

    /// <summary>Sends it to the import service, wherever that runs.</summary>
    public static async Task<Import> ImportAsync(DatasetImportClient datasets, CancellationToken cancellationToken)
    {
        await using var zip = File.OpenRead(Zip);
        return await datasets.UploadImportAsync(zip, new ImportRequest(Dataset, "genres") { Licence = Licence }, cancellationToken);
    }
}
