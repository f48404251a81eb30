namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The layout of the published dataset of metal, punk and hardcore subgenres: entries <c>{first two characters of the id}/{id}.png</c>,
/// labels and tabular data in a CSV with the columns image_path (or uri), label, artist_ids, artist_names, track_name and those of
/// <see cref="MetalTabular"/>.
/// </summary>
public sealed class MetalProfile : ImportProfile
{
    public const string ProfileName = "metal";

    internal MetalProfile()
    {
    }

    public override string Name => ProfileName;

    public override string LabelsFileName => "metal_track_data.csv";

    public override string PictureLayout => "{first two characters}/{track id}.png";

    private protected override LabelColumns NewColumns()
    {
        var artists = new ArtistIdentities();
        return new LabelColumns(["image_path", "uri"], "label", TrackIdOf, (field, id, label) => new LabelRow(
            id,
            MetalLabels.Merge(label),
            artists.Resolve(PythonList.Parse(field("artist_ids")), PythonList.Parse(field("artist_names"))),
            Collection: null,
            field("track_name"))
        {
            Tabular = MetalTabular.Read(field),
            DroppedBecause = MetalLabels.IsDropped(label) ? $"Profile {ProfileName} leaves out the label {label}." : null,
        });
    }

    /// <summary>The track id that a picture's path or a track's URI ends with: <c>E0/E0e.png</c>, <c>spotify:track:E0e</c>.</summary>
    private static string? TrackIdOf(string pathOrUri)
    {
        var name = pathOrUri[(pathOrUri.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        name = name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? name[..^".png".Length] : name;
        return name.Length > 0 ? name : null;
    }
}
