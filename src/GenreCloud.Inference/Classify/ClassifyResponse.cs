namespace GenreCloud.Inference.Classify;

/// <summary>The answer of <c>POST /api/classify</c>.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Predictions">The most probable labels, best first; of a song as a whole, the mean of its windows' probabilities.</param>
/// <param name="Unsure">
/// Whether the best label's probability is below the threshold of the model's card, where its answers were more often wrong than right; null for a
/// model without one.
/// </param>
/// <param name="Segments">The timeline of a song; null for a picture.</param>
/// <param name="DurationMs">Time from the last byte of the picture or the song to the answer, its turn and its decoding included, in milliseconds.</param>
public sealed record ClassifyResponse(
    string Model, int Version, IReadOnlyList<Prediction> Predictions, bool? Unsure, IReadOnlyList<SongSegment>? Segments, double DurationMs);

/// <summary>One label with its probability, 0 to 1.</summary>
public sealed record Prediction(string Label, float Probability);

/// <summary>What a window of a song is, by itself.</summary>
/// <param name="Start">Of the window, in seconds from the song's beginning; windows overlap by half.</param>
/// <param name="End">Of the window, in seconds; of a song shorter than a window the song's end.</param>
/// <param name="Predictions">The most probable labels, best first.</param>
/// <param name="Unsure">As of the whole.</param>
public sealed record SongSegment(double Start, double End, IReadOnlyList<Prediction> Predictions, bool? Unsure);
