namespace GenreCloud.Datasets.Samples;

/// <summary>What the source says of one spectrogram.</summary>
public record SampleDescription
{
    /// <summary>Unique in the dataset version; see <see cref="SampleId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The genre, as it stands in the label map.</summary>
    public required string Label { get; init; }

    /// <summary>Empty if unknown.</summary>
    public IReadOnlyList<string> Artists { get; init; } = [];

    /// <summary>The album or playlist that the track comes from.</summary>
    public string? Collection { get; init; }

    public string? Title { get; init; }

    /// <summary>Numbers by column name, as in the source; a missing value has no entry, and those that are there are finite.</summary>
    public IReadOnlyDictionary<string, float> Tabular { get; init; } = new Dictionary<string, float>();
}
