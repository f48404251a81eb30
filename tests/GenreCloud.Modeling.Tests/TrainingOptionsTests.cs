using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Modeling.Tests;

public sealed class TrainingOptionsTests
{
    public static TheoryData<TrainingOptions, string> OutOfRange => new()
    {
        { new TrainingOptions { Epochs = 0 }, "Epochs lies between 1 and 10000." },
        { new TrainingOptions { BatchSize = 0 }, "BatchSize lies between 1 and 65536." },
        { new TrainingOptions { LearningRate = 0 }, "LearningRate lies between" },
        { new TrainingOptions { LearningRate = double.NaN }, "LearningRate lies between" },
        { new TrainingOptions { WeightDecay = -1 }, "WeightDecay lies between 0 and 10." },
        { new TrainingOptions { LabelSmoothing = 1 }, "LabelSmoothing lies between 0 and 0.9." },
        { new TrainingOptions { GradientClip = 0 }, "GradientClip lies between" },
        { new TrainingOptions { EarlyStoppingPatience = 0 }, "EarlyStoppingPatience lies between 1 and 10000." },
        { new TrainingOptions { Augmentation = new Augmentation { MixupAlpha = 1.5 } }, "MixupAlpha lies between 0 and 1." },
        { new TrainingOptions { Augmentation = new Augmentation { TimeMaskFrames = 1293 } }, "TimeMaskFrames lies between 1 and 1292." },
        { new TrainingOptions { Augmentation = new Augmentation { FrequencyMaskBands = 0 } }, "FrequencyMaskBands lies between 1 and 128." },
        { new TrainingOptions { Augmentation = new Augmentation { TimeShiftFrames = -1 } }, "TimeShiftFrames lies between 0 and 1291." },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_its_range_is_refused_by_name(TrainingOptions options, string message) =>
        Should.Throw<ArgumentOutOfRangeException>(options.Validate).Message.ShouldStartWith(message);

    [Fact]
    public void The_defaults_are_the_source_projects_recipe_and_valid()
    {
        var options = new TrainingOptions();

        options.Validate();
        options.Augmentation.ShouldBe(new Augmentation { TimeMasks = 0, FrequencyMasks = 0, TimeShiftFrames = 0, MixupAlpha = 0, TabularDropout = 0 });
        (options.LabelSmoothing, options.ClassBalance, options.GradientClip, options.EarlyStoppingPatience, options.Selection)
            .ShouldBe((0, ClassBalance.None, null, null, WeightSelection.Last));
    }
}
