using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Runs;

/// <summary>What a run's network answers to each of its validation samples, from which runs are compared and pooled; stored beside the run.</summary>
/// <param name="Labels">One a class.</param>
/// <param name="Samples">In the order of the split.</param>
internal sealed record RunAnswers(IReadOnlyList<string> Labels, IReadOnlyList<AnsweredSample> Samples);
