using System.Globalization;
using GenreCloud.Client.Evaluations;
using Spectre.Console;

namespace GenreCloud.Standalone.Evaluate;

/// <summary>An evaluation for people: what was asked, how good the answers are, and each label.</summary>
internal static class EvaluationTable
{
    /// <param name="evaluation">A completed one.</param>
    public static void Write(ModelEvaluation evaluation)
    {
        var result = evaluation.Result!;
        var report = result.Report;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "figure");
        table.Title = new TableTitle(Markup.Escape(
            $"{evaluation.Model} version {evaluation.ModelVersion} on {evaluation.Dataset} version {evaluation.DatasetVersion}"));
        Row("Spectrograms asked", $"{result.Samples.Evaluated} of {result.Samples.InDataset}");
        Row("Known from its training", Describe(result.Samples.Seen));
        if (result.Samples.UnknownLabels.Count > 0)
        {
            Row("Left out, no such label", string.Join(", ", result.Samples.UnknownLabels.Select(label => $"{label.Value} {label.Key}")));
        }

        if (result.Samples.WithoutAllFeatures is { } incomplete)
        {
            Row("Asked without all features", $"{incomplete}");
        }

        var interval = report.Top1Interval is { } bounds
            ? $" ({Percent(bounds.Lower)} to {Percent(bounds.Upper)}, {bounds.Groups} groups of artists)"
            : "";
        Row("Top-1", Percent(report.Top1) + interval);
        Row("Top-3", Percent(report.Top3));
        Row("Top-5", Percent(report.Top5));
        Row("Macro-F1", Percent(report.MacroF1));
        Row("Majority-class baseline", Percent(report.MajorityBaseline));
        Row("Cross-entropy", report.Loss.ToString("f3", CultureInfo.InvariantCulture));
        if (report.Calibration is { } calibration)
        {
            Row(
                "Expected calibration error",
                calibration.After is { } after
                    ? $"{Percent(after.ExpectedCalibrationError)} at temperature {calibration.Temperature.ToString("f2", CultureInfo.InvariantCulture)}, "
                        + $"{Percent(calibration.Before.ExpectedCalibrationError)} without"
                    : Percent(calibration.Before.ExpectedCalibrationError));
        }

        AnsiConsole.Write(table);
        AnsiConsole.Write(OfLabels(result));

        void Row(string what, string figure) => table.AddRow(new Text(what), new Text(figure));
    }

    private static Table OfLabels(ModelEvaluationResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("label", "spectrograms", "precision", "recall", "F1");
        foreach (var (label, scores) in result.Labels.Zip(result.Report.Classes))
        {
            table.AddRow(
                new Text(label), Figure(scores.Samples.ToString(CultureInfo.InvariantCulture)), Figure(Percent(scores.Precision)), Figure(Percent(scores.Recall)),
                Figure(Percent(scores.F1)));
        }

        return table;

        static Text Figure(string text) => new(text) { Justification = Justify.Right };
    }

    private static string Describe(SeenSamples seen) => seen.UnknownReason is { } reason
        ? $"not known. {reason}"
        : $"{seen.Tracks} tracks, and {seen.OfSameArtists} others of the same artists, {(seen.LeftOut ? "left out" : "asked too")}";

    private static string Percent(double? share) => share?.ToString("p1", CultureInfo.InvariantCulture) ?? "-";
}
