using CsCheck;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

public sealed class AnsweredSampleTests
{
    private static readonly Gen<AnsweredSample> Sample = Gen.Float[-20, 20].Array[2, 12]
        .SelectMany(logits => Gen.Int[0, logits.Length - 1].Select(label => new AnsweredSample("sample", label, 0, logits)));

    [Fact]
    public void Loss_and_confidence_are_those_of_the_softmax_of_the_divided_logits() =>
        Gen.Select(Sample, Gen.Double[0.2, 5]).Sample((sample, temperature) =>
        {
            var weights = sample.Logits.Select(logit => Math.Exp(logit / temperature)).ToArray();

            sample.Loss(temperature).ShouldBe(-Math.Log(weights[sample.Label] / weights.Sum()), 1e-9);
            sample.Confidence(temperature).ShouldBe(weights.Max() / weights.Sum(), 1e-9);
        });

    [Fact]
    public void The_label_is_first_exactly_when_it_is_the_answer() =>
        Sample.Sample(sample => (sample.Rank == 0) == sample.IsRight);

    [Fact]
    public void Of_equal_logits_the_first_comes_first()
    {
        float[] logits = [1, 3, 3, 0, 3];

        Enumerable.Range(0, 5).Select(label => new AnsweredSample("sample", label, 0, logits).Rank).ShouldBe([3, 0, 1, 4, 2]);
        new AnsweredSample("sample", 0, 0, logits).Answer.ShouldBe(1);
    }

    [Fact]
    public void Logits_far_apart_have_a_finite_loss() => new AnsweredSample("sample", 0, 0, [-3e38f, 3e38f]).Loss(0.5).ShouldBe(1.2e39, 1e37);
}
