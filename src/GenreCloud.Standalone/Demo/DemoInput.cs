using System.Text;
using GenreCloud.Client.Datasets;
using GenreCloud.Client.Imports;
using GenreCloud.Client.Runs;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Modeling;
using GenreCloud.Registry;

namespace GenreCloud.Standalone.Demo;

/// <summary>What the demo imports and how it trains.</summary>
internal sealed record DemoInput(string Zip, string? Labels, string Dataset, int? Epochs)
{
    /// <summary>Up to so many spectrograms, 8 epochs are too few steps.</summary>
    private const int SmallDataset = 200;

    /// <summary>See samples/README.md.</summary>
    private const string SampleLicence = "MIT";

    /// <summary>Of the data in the zip, where it is known.</summary>
    public string? Licence { get; init; }

    /// <summary>Whether the zip is sent, to a service that does not see this machine's disk.</summary>
    public bool Upload { get; init; }

    public static DemoInput From(DemoOptions options)
    {
        foreach (var file in (FileInfo?[])[options.Zip, options.Labels])
        {
            if (file is { Exists: false })
            {
                throw new DemoFailedException($"There is no file {file.FullName}.");
            }
        }

        var zip = options.Zip?.FullName ?? Path.Combine(AppContext.BaseDirectory, "samples", "genres-sample.zip");
        return new DemoInput(zip, options.Labels?.FullName, options.Dataset ?? NameAfter(zip), options.Epochs)
        {
            Licence = options.Zip is null ? SampleLicence : null,
        };
    }

    public ImportRequest ImportRequest => new(Dataset, GenresProfile.ProfileName)
    {
        Source = Upload ? null : new ImportSource { Path = Zip },
        Labels = Labels is null ? null : new ImportSource { Path = Labels },
        Licence = Licence,
    };

    public RunRequest RunRequest(DatasetManifest manifest) => new(manifest.Name)
    {
        Version = manifest.Version,
        Architecture = Crnn.ArchitectureName,
        LearningRate = TrainingOptions.DefaultLearningRate,

        // A dataset's name may begin with a digit, a model's may not.
        Model = ModelName.IsValid(manifest.Name) ? manifest.Name : $"m-{manifest.Name}"[..Math.Min(manifest.Name.Length + 2, 63)],
        Epochs = Epochs ?? (manifest.Samples <= SmallDataset ? 12 : 8),

        // Small batches: a demo's few spectrograms make few steps otherwise.
        BatchSize = 8,
        Precision = Client.Runs.Precision.Bf16,
    };

    /// <summary>The file's name as a dataset's name: lower-case letters, digits, - and _.</summary>
    private static string NameAfter(string zip)
    {
        var name = new StringBuilder();
        foreach (var letter in Path.GetFileNameWithoutExtension(zip).ToLowerInvariant())
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        }

        return name.ToString().Trim('-', '_') is { Length: > 0 } dataset ? dataset[..Math.Min(dataset.Length, 63)] : "dataset";
    }
}
