namespace GenreCloud.Client.Classify;

/// <summary>What drove an answer: a heat map over the spectrogram of a window.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Label">What is explained.</param>
/// <param name="Probability">Of the label in this window, 0 to 1.</param>
/// <param name="Segment">Which of the song's segments this is, from 0; null for a picture.</param>
/// <param name="Start">Of the window, seconds from the song's beginning.</param>
/// <param name="End">Of the window, seconds from the song's beginning.</param>
/// <param name="Bands">The rows of the map, the lowest first.</param>
/// <param name="Frames">The columns of the map, in time order.</param>
/// <param name="Importance">
/// [bands][frames]: by how much the label's log-odds, in nats, are lower without the cell; positive where the music speaks for the label, negative where against it.
/// </param>
/// <param name="DurationMs">The service's time from the last byte of the picture or the song to the answer, its decoding included, in milliseconds.</param>
public sealed record Explanation(
    string Model,
    int Version,
    string Label,
    float Probability,
    int? Segment,
    double Start,
    double End,
    IReadOnlyList<BandSpan> Bands,
    IReadOnlyList<FrameSpan> Frames,
    IReadOnlyList<IReadOnlyList<double>> Importance,
    double DurationMs);

/// <summary>A row of the map, in Hz.</summary>
public sealed record BandSpan(double LowHz, double HighHz);

/// <summary>A column of the map, in seconds from the song's beginning; past the end of a song shorter than a window, which is repeated, that goes on.</summary>
public sealed record FrameSpan(double Start, double End);
