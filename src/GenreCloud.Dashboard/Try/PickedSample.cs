namespace GenreCloud.Dashboard.Try;

/// <summary>A sample of a dataset to try.</summary>
/// <param name="Path">Of its spectrogram, at the page's origin.</param>
/// <param name="Name">For people.</param>
/// <param name="Label">What its dataset says that it is.</param>
public sealed record PickedSample(string Path, string Name, string Label);
