using GenreCloud.Datasets.Samples;
using GenreCloud.Inference.Classify;

namespace GenreCloud.Standalone.Demo;

/// <summary>A held-out spectrogram, whose label says its true genre, and what the model answers.</summary>
internal sealed record DemoAnswer(Sample Sample, ClassifyResponse Answer);
