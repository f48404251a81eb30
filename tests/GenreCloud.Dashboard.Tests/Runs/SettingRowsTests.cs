using GenreCloud.Dashboard.Runs;

namespace GenreCloud.Dashboard.Tests.Runs;

public sealed class SettingRowsTests
{
    [Fact]
    public void Settings_are_named_as_the_API_names_them()
    {
        var rows = SettingRows.Of(SampleRuns.Settings).ToDictionary(row => row.Name, row => row.Value);

        rows["learningRate"].ShouldBe("auto");
        rows["classBalance"].ShouldBe("none");
        rows["augmentation.timeMasks"].ShouldBe("0");
        rows["split.kind"].ShouldBe("artist");
        rows.ShouldNotContainKey("startFrom");
    }

    [Fact]
    public void Only_what_differs_is_compared()
    {
        var other = SampleRuns.Settings with { BatchSize = 32, GradientClip = 1.5 };

        SettingRows.Differing([SampleRuns.Settings, other]).Select(row => (row.Name, string.Join('|', row.Values))).ShouldBe([("batchSize", "16|32"), ("gradientClip", "-|1.5")], ignoreOrder: true);
    }
}
