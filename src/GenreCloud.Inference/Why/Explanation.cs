namespace GenreCloud.Inference.Why;

/// <summary>The answer of <c>POST /api/classify/why</c>: a heat map over a spectrogram.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Label">What is explained.</param>
/// <param name="Probability">Of the label, 0 to 1, in this window.</param>
/// <param name="Segment">Which of the song's segments this is, from 0; null for a picture.</param>
/// <param name="Start">Of the window, in seconds from the song's beginning.</param>
/// <param name="End">Of the window, in seconds; of a song shorter than a window the song's end.</param>
/// <param name="Bands">The rows of the map, the lowest first.</param>
/// <param name="Frames">The columns of the map, in time order.</param>
/// <param name="Importance">
/// [bands][frames]: by how much the label's log-odds, in nats, are lower without the cell, as the mean over the patches of 2 x 3 cells that cover it. Positive
/// where the music speaks for the label, negative where against it.
/// </param>
/// <param name="DurationMs">As of the answer of <c>POST /api/classify</c>: time from the last byte to the answer, in milliseconds.</param>
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

/// <summary>A row of the map.</summary>
/// <param name="LowHz">Where its lowest mel band begins.</param>
/// <param name="HighHz">Where its highest mel band ends.</param>
public sealed record BandSpan(double LowHz, double HighHz);

/// <summary>A column of the map.</summary>
/// <param name="Start">In seconds from the song's beginning; past the end of a song shorter than a window, which is repeated, that goes on.</param>
/// <param name="End">In seconds.</param>
public sealed record FrameSpan(double Start, double End);
