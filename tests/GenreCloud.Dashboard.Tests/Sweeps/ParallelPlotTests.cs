using System.Text.Json;
using GenreCloud.Client.Runs;
using GenreCloud.Client.Sweeps;
using GenreCloud.Dashboard.Sweeps;

namespace GenreCloud.Dashboard.Tests.Sweeps;

public sealed class ParallelPlotTests
{
    [Fact]
    public void Each_parameter_is_an_axis_and_each_candidate_that_is_through_a_line()
    {
        var plot = ParallelPlot.Of(Report(
            Standing(0, 0.7, isBest: true, ("learningRate", 0.0001), ("classBalance", "none")),
            Standing(1, 0.5, isBest: false, ("learningRate", 0.01), ("classBalance", "weights")),
            Standing(2, top1: null, isBest: false, ("learningRate", 1.0), ("classBalance", "none"))));

        plot.Axes.Select(axis => axis.Name).ShouldBe(["learningRate", "classBalance", "top-1"]);
        plot.Lines.Select(line => (line.Candidate, line.IsBest)).ShouldBe([(0, true), (1, false)]);

        // Logarithmic: the values are 100 times apart, and the axis ends with them.
        plot.Lines[0].Places.ShouldBe([0, 0, 1], tolerance: 1e-9);
        plot.Lines[1].Places.ShouldBe([1, 1, 0], tolerance: 1e-9);
        plot.Axes[0].Marks.Select(mark => mark.Place).ShouldBe([0, 0.5, 1], tolerance: 1e-9);
        plot.Axes[1].Marks.Select(mark => mark.Text).ShouldBe(["none", "weights"]);
    }

    [Fact]
    public void A_sweep_of_one_value_or_none_has_a_plot_too()
    {
        ParallelPlot.Of(Report()).Lines.ShouldBeEmpty();

        var plot = ParallelPlot.Of(Report(Standing(0, 0.7, isBest: true, ("seed", 1.0), ("precision", "bf16"))));

        plot.Lines.ShouldHaveSingleItem().Places.ShouldBe([0.5, 0.5, 0.5], tolerance: 1e-9);
    }

    private static SweepReport Report(params SweepStanding[] standings) =>
        new(new Sweep("1", new SweepRequest(new RunRequest("genres")), [], DateTimeOffset.UnixEpoch), standings, HasEnded: true);

    private static SweepStanding Standing(int candidate, double? top1, bool isBest, params (string Name, object Value)[] parameters) => new(
        candidate, parameters.ToDictionary(parameter => parameter.Name, parameter => JsonSerializer.SerializeToElement(parameter.Value)), isBest, top1, StandardError: null, Loss: null, Evaluation: null, Runs: []);
}
