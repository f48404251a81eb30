using GenreCloud.Training.Evaluations;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>What a network answered to a sample that was held back from it.</summary>
/// <param name="Fold">That held it back, from 1.</param>
/// <param name="Group">Of its artists: <see cref="AnsweredSample.Group"/>.</param>
/// <param name="Label">An index into the dataset's labels in alphabetical order.</param>
/// <param name="Top3">The most probable labels, the answer first.</param>
internal sealed record StudyAnswer(int Fold, int Group, int Label, IReadOnlyList<int> Top3)
{
    public int Answer => Top3[0];

    public bool IsRight => Answer == Label;

    public static StudyAnswer Of(AnsweredSample sample, int fold) => new(
        fold, sample.Group, sample.Label, [.. Enumerable.Range(0, sample.Logits.Length).OrderByDescending(label => sample.Logits[label]).Take(3)]);
}
