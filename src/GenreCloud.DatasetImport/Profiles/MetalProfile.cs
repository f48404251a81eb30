using GenreCloud.Datasets;
using GenreCloud.Datasets.Tabular;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The layout of the published dataset of metal, punk and hardcore subgenres. Merges and drops are those of the project that
/// published it, so that a model has its 20 classes and can be compared.
/// </summary>
public static class MetalProfile
{
    public const string ProfileName = "metal";

    internal static CsvProfile Profile { get; } = new(
        ProfileName,
        "{first two characters}/{track id}.png",
        "metal_track_data.csv",
        new LabelRules
        {
            Ids = ["image_path", "uri"],
            Label = "label",
            Artists = "artist_names",
            ArtistIds = "artist_ids",
            Title = "track_name",
            Tabular = TabularFeatures.Columns,
            Merges = new Dictionary<string, string>
            {
                ["depressive black metal"] = "black metal",
                ["blackgaze"] = "black metal",
                ["slam death metal"] = "death metal",
                ["technical death metal"] = "death metal",
                ["sludge metal"] = "doom metal",
                ["funeral doom"] = "doom metal",
                ["goregrind"] = "grindcore",
            },
            Drops = ["nwobhm", "crust punk", "mathcore", "drone metal", "djent"],
        });
}
