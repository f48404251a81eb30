namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The layout of the published 10-genre dataset: entries <c>{genre}/{first character of the id}/{id}.png</c>, labels in a
/// CSV with the columns track_id, genre_short (the label), track_artists, playlist and track_name.
/// </summary>
public sealed class GenresProfile : ImportProfile
{
    public const string ProfileName = "genres";

    private static readonly LabelColumns Columns = new(
        ["track_id"],
        "genre_short",
        id => id,
        (field, id, label) => new LabelRow(id, label, PythonList.Parse(field("track_artists")), field("playlist"), field("track_name")));

    internal GenresProfile()
    {
    }

    public override string Name => ProfileName;

    public override string LabelsFileName => "spotify_track_preview_data.csv";

    public override string PictureLayout => "{genre}/{first character}/{track id}.png";

    private protected override LabelColumns NewColumns() => Columns;
}
