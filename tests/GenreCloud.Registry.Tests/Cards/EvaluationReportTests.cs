using System.Text.Json;
using GenreCloud.Storage;

namespace GenreCloud.Registry.Tests.Cards;

public sealed class EvaluationReportTests
{
    [Fact]
    public void What_the_confusion_matrix_says_is_computed_from_it()
    {
        // Classes: answered well; never answered; without samples, yet answered once.
        var report = Report([[3, 0, 1], [2, 0, 0], [0, 0, 0]]);

        report.Samples.ShouldBe(6);
        report.Top1.ShouldBe(3.0 / 6);
        report.Classes.ShouldBe(
        [
            new ClassScores(4, Precision: 3.0 / 5, Recall: 3.0 / 4, F1: 2 * 3.0 / (5 + 4)),
            new ClassScores(2, Precision: null, Recall: 0, F1: 0),
            new ClassScores(0, Precision: 0, Recall: null, F1: null),
        ]);
        report.MacroF1.ShouldBe(((2.0 / 3) + 0) / 2);
    }

    [Fact]
    public void F1_is_the_harmonic_mean_of_precision_and_recall()
    {
        foreach (var scores in Report([[5, 1, 2], [3, 7, 0], [1, 4, 2]]).Classes)
        {
            var (precision, recall) = (scores.Precision!.Value, scores.Recall!.Value);
            scores.F1!.Value.ShouldBe(2 * precision * recall / (precision + recall), 1e-12);
        }
    }

    [Fact]
    public void A_reader_of_its_json_finds_what_is_computed_too_and_what_is_undefined_is_left_out()
    {
        var report = Report([[3, 1], [0, 0]]);

        var json = JsonSerializer.SerializeToElement(report, GenreCloudJson.Options);

        json.GetProperty("top1").GetDouble().ShouldBe(0.75);
        json.GetProperty("samples").GetInt32().ShouldBe(4);
        json.GetProperty("classes")[0].GetProperty("recall").GetDouble().ShouldBe(0.75);
        json.GetProperty("classes")[1].TryGetProperty("recall", out _).ShouldBeFalse();
        json.Deserialize<EvaluationReport>(GenreCloudJson.Options).ShouldNotBeNull().Classes.ShouldBe(report.Classes);
    }

    private static EvaluationReport Report(int[][] matrix) => new() { Loss = 1, Top5 = 1, ConfusionMatrix = matrix };
}
