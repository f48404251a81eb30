using System.Diagnostics;
using System.Globalization;
using GenreCloud.Client.Datasets;
using GenreCloud.Client.Imports;
using GenreCloud.Client.Runs;
using GenreCloud.LocalTools.AspireDashboard;
using Spectre.Console;

namespace GenreCloud.Standalone.Demo;

/// <summary>The demo's one table.</summary>
/// <param name="Import">The import.</param>
/// <param name="Manifest">The dataset version that it made, or found there.</param>
/// <param name="Run">The training run.</param>
/// <param name="TrainedEarlier">Whether the run is one that an earlier demo made.</param>
/// <param name="Answers">What the model says of held-out spectrograms.</param>
internal sealed record DemoReport(Import Import, DatasetManifest Manifest, Run Run, bool TrainedEarlier, IReadOnlyList<DemoAnswer> Answers)
{
    /// <param name="inference">Where the model answers.</param>
    /// <param name="trace">The demo's trace; null when none was recorded.</param>
    /// <param name="dashboard">Shows the trace; null when another program does.</param>
    public void Write(Uri inference, ActivityTraceId? trace, AspireDashboardProcess? dashboard)
    {
        var result = Run.Result!;
        var interval = result.Top1Interval is { } bounds ? $" ({bounds.Lower:p1} to {bounds.Upper:p1})" : "";
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "figure");
        table.Title = new TableTitle("From zip to genre");
        Row(table, "Dataset", $"{Import.Dataset} version {Import.Version}{(Import.Reused ? ", imported earlier" : "")}");
        Row(table, "Images imported", $"{Manifest.Samples}");
        Row(table, "Images quarantined", $"{Manifest.Quarantined.Values.Sum()}");
        Row(table, "Training", $"{result.ImagesPerSecond:f1} images/s, {result.TrainingSamples} images x {Run.Settings.Epochs} epochs, {result.Precision}, peak {result.PeakMemoryBytes / 1e9:f1} GB");
        Row(table, "Accuracy on other artists", $"{result.Top1:p1}{interval} top-1, {result.Top5:p1} top-5 on {result.ValidationSamples} images");
        Row(table, "Majority-class baseline", $"{result.MajorityBaseline:p1}");
        Row(table, "ONNX Runtime against TorchSharp", $"{result.ParityMaxDifference:0.0e-0} largest difference on {result.ParitySamples} images");
        Row(table, "Model", $"{result.Model} version {result.ModelVersion}{(TrainedEarlier ? ", trained earlier" : "")}");
        table.AddEmptyRow();
        foreach (var answer in Answers)
        {
            Row(table, $"Held-out {answer.Label}", string.Join(", ", answer.Answer.Predictions.Select(
                prediction => string.Create(CultureInfo.InvariantCulture, $"{prediction.Label} {prediction.Probability:p1}"))));
        }

        AnsiConsole.Write(table);

        // Not in the table: it would break the line, and this one is there to be copied.
        if (trace is not null)
        {
            Console.WriteLine("All this as one trace: {0}", dashboard?.PageOf(trace.Value).ToString() ?? trace.ToString());
        }

        Console.WriteLine("The API is described at {0}scalar. Ask the model yourself:", inference);
        Console.WriteLine("curl --data-binary @spectrogram.png -H 'Content-Type: image/png' '{0}api/classify?model={1}'", inference, result.Model);
    }

    private static void Row(Table table, string what, string figure) => table.AddRow(new Text(what), new Text(figure));
}
