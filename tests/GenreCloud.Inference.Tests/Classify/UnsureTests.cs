using GenreCloud.Registry;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>The mark of answers below the threshold of the model's card.</summary>
public sealed class UnsureTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task An_answer_below_the_threshold_of_the_card_is_marked_and_the_others_are_not()
    {
        var confidences = TestModel.First.Probabilities.Select(row => row.Max()).Order().ToArray();
        var threshold = (confidences[3] + confidences[4]) / 2;
        await using var service = await StartAsync(threshold);

        var marks = new List<(float Confidence, bool? Unsure)>();
        foreach (var png in Spectrograms.Pngs)
        {
            var answer = await service.ClassifyAsync(png);
            marks.Add((answer.Predictions[0].Probability, answer.Unsure));
        }

        marks.ShouldAllBe(mark => mark.Unsure == mark.Confidence < threshold);
        marks.Count(mark => mark.Unsure == true).ShouldBe(4);
    }

    [Fact]
    public async Task Segments_are_marked_by_themselves()
    {
        await using var service = await StartAsync(1);

        var answer = await service.ClassifyAsync(InferenceHost.File(await Songs.ReadAsync("jazz_22050_mono.wav"), "audio/wav"));

        answer.Unsure.ShouldBe(true);
        answer.Segments.ShouldHaveSingleItem().Unsure.ShouldBe(true);
    }

    [Fact]
    public async Task A_card_without_a_threshold_marks_nothing()
    {
        await using var service = await StartAsync(threshold: null);

        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Unsure.ShouldBeNull();
    }

    private async Task<InferenceHost> StartAsync(double? threshold)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, TestModel.First.Description with
        {
            UnsureThreshold = threshold is { } probability
                ? new UnsureThreshold { Probability = probability, Rule = "Half of the answers.", Samples = 8, SureShare = 0.5 }
                : null,
        });
        return await InferenceHost.StartAsync(account);
    }
}
