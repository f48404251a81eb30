namespace GenreCloud.Client.Classify;

/// <summary>What a model says of a song or a spectrogram.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Predictions">The most probable labels, best first; of a song as a whole, the mean of its segments.</param>
/// <param name="Unsure">Whether the best label's probability is so small that the answer is rather wrong than right; null where the model's card does not say.</param>
/// <param name="Segments">The timeline of a song; null for a picture.</param>
/// <param name="DurationMs">The service's time from the last byte of the picture or the song to the answer, its decoding included, in milliseconds.</param>
public sealed record Classification(
    string Model, int Version, IReadOnlyList<Prediction> Predictions, bool? Unsure, IReadOnlyList<Segment>? Segments, double DurationMs);

/// <summary>A label and its probability.</summary>
/// <param name="Label">The genre.</param>
/// <param name="Probability">0 to 1.</param>
public sealed record Prediction(string Label, float Probability);

/// <summary>What a window of a song is by itself; windows overlap by half.</summary>
/// <param name="Start">Seconds from the song's beginning.</param>
/// <param name="End">Seconds from the song's beginning.</param>
/// <param name="Predictions">The most probable labels, best first.</param>
/// <param name="Unsure">As of the whole.</param>
public sealed record Segment(double Start, double End, IReadOnlyList<Prediction> Predictions, bool? Unsure);

/// <summary>What became of a file of a batch.</summary>
/// <param name="Index">Of the file, 0 for the first.</param>
/// <param name="File">Its name, where it has one.</param>
/// <param name="Answer">Null where there is a problem.</param>
/// <param name="Problem">Why there is no answer. In a last result without a file it is the rest of the request's.</param>
public sealed record BatchResult(int Index, string? File, Classification? Answer, Problem? Problem);
