using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>The layout of the published 10-genre dataset.</summary>
public static class GenresProfile
{
    public const string ProfileName = "genres";

    internal static CsvProfile Profile { get; } = new(
        ProfileName,
        "{genre}/{first character}/{track id}.png",
        "spotify_track_preview_data.csv",
        new LabelRules
        {
            Ids = ["track_id"],
            Label = "genre_short",
            Artists = "track_artists",
            Collection = "playlist",
            Title = "track_name",
        });
}
