using GenreCloud.Client.Classify;

namespace GenreCloud.Standalone.Demo;

/// <summary>What the model answers to a held-out spectrogram.</summary>
/// <param name="Label">Its true genre.</param>
/// <param name="Answer">What the model says.</param>
internal sealed record DemoAnswer(string Label, Classification Answer);
