using GenreCloud.Client.Models;
using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Runs;

namespace GenreCloud.Dashboard.Tests.Runs;

public sealed class RunFormTests
{
    [Fact]
    public void What_is_left_as_it_is_asks_for_the_defaults_of_the_form()
    {
        var request = new RunForm { Dataset = "genres", Model = " " }.ToRequest();

        request.Dataset.ShouldBe("genres");
        request.Version.ShouldBeNull();
        request.Model.ShouldBeNull();
        request.LearningRate.ShouldBe(LearningRate.Auto);
        request.StartFrom.ShouldBeNull();
        request.EarlyStoppingPatience.ShouldBeNull();
        request.Register.ShouldBe(true);
    }

    [Fact]
    public void What_was_typed_is_asked_for()
    {
        var request = new RunForm
        {
            Dataset = "genres",
            Version = 3,
            Model = " mine ",
            RangeTest = false,
            LearningRate = 0.01,
            EarlyStoppingPatience = 2,
            Selection = WeightSelection.Best,
            SplitKind = SplitUnit.Track,
            ValidationFraction = 0.3,
            TimeMasks = 1,
            FrequencyMasks = 2,
            MixupAlpha = 0.4,
            StartFrom = "other",
        }.ToRequest();

        (request.Version, request.Model, request.EarlyStoppingPatience, request.Selection).ShouldBe((3, "mine", 2, WeightSelection.Best));
        request.LearningRate.ShouldBe(LearningRate.FromDouble(0.01));
        (request.Split!.Kind, request.Split.ValidationFraction).ShouldBe((SplitUnit.Track, 0.3));
        (request.Augmentation!.TimeMasks, request.Augmentation.FrequencyMasks, request.Augmentation.MixupAlpha).ShouldBe((1, 2, 0.4));
        request.StartFrom!.Model.ShouldBe("other");
    }
}
