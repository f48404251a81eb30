using Bunit;
using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Evaluations;

namespace GenreCloud.Dashboard.Tests.Evaluations;

public sealed class EvaluationViewTests : ComponentTest
{
    private static readonly string[] Labels = ["rock", "<b>metal</b>"];

    [Fact]
    public void A_cell_opens_the_samples_behind_it_the_surest_first()
    {
        var view = Render<EvaluationView>(parameters => parameters.Add(v => v.Value, Evaluated(Answers)));

        view.FindAll(".heat button")[1].Click();

        view.FindAll("ul.sample-list li").Select(sample => sample.QuerySelector("span")!.TextContent).ShouldBe(["sure", "unsure"]);
        view.Find("ul.sample-list a").GetAttribute("href").ShouldBe("/api/datasets/genres/2/samples/sure.png");
        view.Find("#cell-title").TextContent.ShouldBe("2 of 3 rock samples were answered with <b>metal</b>");
        view.FindAll("b").ShouldBeEmpty();
    }

    [Fact]
    public void Where_the_answers_were_not_kept_a_cell_says_so()
    {
        var view = Render<EvaluationView>(parameters => parameters.Add(v => v.Value, Evaluated(answers: null)));

        view.FindAll(".heat button")[0].Click();

        view.Markup.ShouldContain("Which ones was not kept.");
    }

    [Fact]
    public void A_model_that_was_not_measured_says_how_it_would_be()
    {
        var view = Render<EvaluationView>(parameters => parameters.Add(v => v.Value, new MeasuredSamples(Report: null, Labels, "genres", 2, Answers: null)));

        view.Markup.ShouldContain("POST /api/evaluations");
    }

    [Fact]
    public void The_worst_samples_can_be_looked_at()
    {
        var view = Render<EvaluationView>(parameters => parameters.Add(v => v.Value, Evaluated(Answers)));

        var worst = view.Find("[aria-label='Worst samples'] tbody tr");
        worst.Children.Skip(1).Select(cell => cell.TextContent).ShouldBe(["rock", "<b>metal</b>", "1.0%", "4.600"]);
        worst.QuerySelector("a")!.GetAttribute("href").ShouldBe("/api/datasets/genres/2/samples/sure.png");
    }

    [Fact]
    public void The_calibration_diagram_has_a_bar_for_each_bin_with_answers()
    {
        var diagram = Render<CalibrationDiagram>(parameters => parameters.Add(d => d.Value, Evaluated(answers: null).Report!.Calibration!));

        var bar = diagram.FindAll(".calibration-bar").Single();
        (bar.GetAttribute("x"), bar.GetAttribute("y"), bar.GetAttribute("height")).ShouldBe(("186", "155", "145"));
        diagram.Find("svg").GetAttribute("aria-label")!.ShouldEndWith("4 answers at 80 %: 50 % right.");
        diagram.Find("figcaption").TextContent.ShouldEndWith("as it is");
    }

    private static RunAnswers Answers { get; } = new(
        Labels,
        [
            new AnsweredSample("right", 0, 1, [3, 0]),
            new AnsweredSample("unsure", 0, 1, [0, 0.5f]),
            new AnsweredSample("sure", 0, 2, [0, 200]),
            new AnsweredSample("other", 1, 2, [0, 4]),
        ]);

    private static MeasuredSamples Evaluated(RunAnswers? answers) => new(
        new EvaluationReport(
            Samples: 4,
            Loss: 1,
            Top1: 0.5,
            Top1Interval: null,
            Top3: 1,
            Top5: 1,
            MajorityBaseline: 0.75,
            MacroF1: 0.5,
            Classes: [new ClassScores(3, 1, 0.33, 0.5), new ClassScores(1, 0.33, 1, 0.5)],
            ConfusionMatrix: [[1, 2], [0, 1]],
            new CalibrationReport(1.5, UnscaledReason: null, new Reliability(0.2, 1, [new ReliabilityBin(0, null, null), new ReliabilityBin(4, 0.8, 0.5)]), After: null),
            WorstSamples: [new SampleLoss("sure", "rock", "<b>metal</b>", 0.01, 4.6)]),
        Labels,
        "genres",
        2,
        answers);
}
