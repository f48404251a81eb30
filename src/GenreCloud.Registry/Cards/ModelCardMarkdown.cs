using System.Text.Json;
using GenreCloud.Storage;
using static System.FormattableString;
using static GenreCloud.Registry.MarkdownText;

namespace GenreCloud.Registry;

/// <summary>
/// A model card for people, after Mitchell et al., "Model cards for model reporting" (2019): what the model is, how good it is and on what, where it
/// comes from, and what is not known about it. Every sentence follows from the card's data.
/// </summary>
public static class ModelCardMarkdown
{
    /// <summary>Figures of a label with fewer samples than this are mostly chance.</summary>
    private const int FewSamples = 10;

    private static readonly JsonSerializerOptions Indented = new(GenreCloudJson.Options) { WriteIndented = true };

    /// <returns>CommonMark with tables; text from elsewhere (labels, ids, names) is escaped.</returns>
    public static string Render(ModelCard card) => string.Join('\n', Sections(card)) + "\n";

    private static IEnumerable<string> Sections(ModelCard card) =>
    [
        $"# {Escape(card.Model)} version {card.Version}",
        "",
        Invariant($"Tells which of {card.Labels.Count} labels a piece of music has by its mel spectrogram ({card.FrontEnd.MelBands} x {card.FrontEnd.Frames}, a clip of 29.99 s). ")
            + Invariant($"Architecture {Escape(card.Architecture)}, {card.SizeBytes / 1e6:0.0} MB as ONNX, registered on {card.CreatedAt:yyyy-MM-dd}."),
        "",
        $"Labels: {string.Join(", ", card.Labels.Select(Escape))}.",
        "",
        "## How good it is",
        "",
        .. card.Evaluation is { } evaluation ? Quality(card, evaluation) : ["It was not measured.", ""],
        "## Limits",
        "",
        .. Limits(card).Concat(card.Warnings.Select(Escape)).Select(limit => $"- {limit}"),
        "",
        "## Data",
        "",
        .. Data(card),
        "",
        "## Where it comes from",
        "",
        .. Origin(card),
    ];

    private static IEnumerable<string> Quality(ModelCard card, EvaluationReport evaluation) =>
    [
        Invariant($"Measured on {Count(evaluation.Samples, "spectrogram")} that it did not learn from. {KnownArtists(card.Lineage.Split)}").TrimEnd(),
        "",
        .. Table(["Measure", "Value"], Measures(card, evaluation)),
        "",
        .. evaluation.Top1Interval is { } interval
            ?
            [
                Invariant($"The interval is the 95% percentile bootstrap over {interval.Groups} groups of artists ({interval.Resamples} resamples): ")
                    + "an artist's tracks resemble each other, so artists were drawn and not tracks.",
                "",
            ]
            : (string[])[],
        "### Labels",
        "",
        .. Table(
            ["Label", "Trained on", "Tested on", "Precision", "Recall", "F1"],
            evaluation.Classes.Index().Select(scores => (string[])
            [
                Escape(card.Labels[scores.Index]),
                card.Lineage.Split is { } split ? Invariant($"{split.TrainingSamples[scores.Index]}") : "",
                Invariant($"{scores.Item.Samples}"),
                Percent(scores.Item.Precision),
                Percent(scores.Item.Recall),
                Percent(scores.Item.F1),
            ])),
        "",
        "### What it takes for what",
        "",
        "A row for each true label, a column for each answer.",
        "",
        .. Table(
            ["", .. card.Labels.Select(Escape)],
            evaluation.ConfusionMatrix.Index().Select(row => (string[])
                [Escape(card.Labels[row.Index]), .. row.Item.Select(count => count == 0 ? "" : Invariant($"{count}"))])),
        "",
        .. evaluation.Calibration is { } calibration ? Confidence(calibration) : [],
        .. card.UnsureThreshold is { } threshold ? Doubt(threshold) : [],
        .. evaluation.WorstSamples.Count > 0 ? Worst(evaluation.WorstSamples) : [],
    ];

    private static IEnumerable<string[]> Measures(ModelCard card, EvaluationReport evaluation)
    {
        var interval = evaluation.Top1Interval is { } bounds ? $" ({Percent(bounds.Lower)} to {Percent(bounds.Upper)})" : "";
        yield return ["Top-1", Percent(evaluation.Top1) + interval];
        if (evaluation.Top3 is { } top3 && card.Labels.Count > 3)
        {
            yield return ["Top-3", Percent(top3)];
        }

        if (card.Labels.Count > 5)
        {
            yield return ["Top-5", Percent(evaluation.Top5)];
        }

        yield return ["Macro-F1", Percent(evaluation.MacroF1)];
        if (evaluation.MajorityBaseline is { } majority)
        {
            yield return ["Top-1 of always answering the most frequent training label", Percent(majority)];
        }

        yield return ["Top-1 of guessing", Percent(1.0 / card.Labels.Count)];
        yield return ["Cross-entropy", Invariant($"{evaluation.Loss:0.000}")];
        if (evaluation.Calibration is { } calibration)
        {
            yield return ["Expected calibration error", Percent((calibration.After ?? calibration.Before).ExpectedCalibrationError)];
        }
    }

    private static IEnumerable<string> Confidence(CalibrationReport calibration)
    {
        var used = calibration.After ?? calibration.Before;
        return
        [
            "### Whether its confidence can be believed",
            "",
            calibration.After is { } after
                ? Invariant($"The logits are divided by a temperature of {calibration.Temperature:0.000}. On artists that the temperature was not fitted to, ")
                    + $"the expected calibration error falls from {Percent(calibration.Before.ExpectedCalibrationError)} to {Percent(after.ExpectedCalibrationError)}, "
                    + Invariant($"and the cross-entropy from {calibration.Before.Loss:0.000} to {after.Loss:0.000}.")
                : $"The probabilities are the network's own. {calibration.UnscaledReason}".TrimEnd(),
            "",
            .. Table(
                ["Confidence", "Samples", "Mean confidence", "Right"],
                used.Bins.Index().Where(bin => bin.Item.Samples > 0).Select(bin => (string[])
                [
                    $"{Percent((double)bin.Index / used.Bins.Count)} to {Percent((bin.Index + 1.0) / used.Bins.Count)}",
                    Invariant($"{bin.Item.Samples}"),
                    Percent(bin.Item.Confidence),
                    Percent(bin.Item.Accuracy),
                ])),
            "",
        ];
    }

    private static IEnumerable<string> Doubt(UnsureThreshold threshold) =>
    [
        "### When it is unsure",
        "",
        $"An answer with a probability below {Percent(threshold.Probability)} is marked as unsure. {Escape(threshold.Rule)} "
            + Invariant($"On {Count(threshold.Samples, "sample")} of artists that the mark was not chosen by, {Percent(threshold.SureShare)} of the answers do not have it")
            + (threshold.SureTop1 is { } sure ? $"; {Percent(sure)} of these are right" : "")
            + (threshold.UnsureTop1 is { } unsure ? $", and {Percent(unsure)} of those that have it." : "."),
        "",
    ];

    private static IEnumerable<string> Worst(IReadOnlyList<SampleLoss> samples) =>
    [
        "### Where it was most wrong",
        "",
        .. Table(
            ["Sample", "Label", "Answer", "Probability of the label"],
            samples.Select(sample => (string[])
                [Escape(sample.Id), Escape(sample.Label), Escape(sample.Answer), Invariant($"{sample.Probability:0.0000}")]),
            textColumns: 3),
        "",
    ];

    private static IEnumerable<string> Limits(ModelCard card)
    {
        yield return "It answers one of its labels for whatever it is given, music or not; that all probabilities are low is the only sign that none fits.";
        yield return "It was not tested on spectrograms that are made otherwise than those it learnt from, nor on any other dataset than the one named here.";
        if (card.Lineage.Split is { } split)
        {
            yield return Invariant(
                $"It learnt from {Count(split.TrainingSamples.Sum(), "spectrogram")} of {Count(split.TrainingArtists, "artist")}: music unlike theirs is unknown to it.");
            if (split.SharedArtists > 0)
            {
                yield return Invariant($"{split.SharedArtists} of the {Count(split.ValidationArtists, "artist")} that it was measured with ")
                    + "are among those that it learnt from: expect fewer right answers with others.";
            }

            var (least, most) = (split.TrainingSamples.Min(), split.TrainingSamples.Max());
            if (least < most)
            {
                yield return Invariant($"Labels differ in training samples, from {least} ({LabelsWith(split.TrainingSamples, least)}) ")
                    + Invariant($"to {most} ({LabelsWith(split.TrainingSamples, most)}).");
            }
        }

        if (card.Evaluation is { } evaluation)
        {
            if (card.Lineage.StartedFrom is { } start)
            {
                yield return $"Its training began with the weights of {Escape(start.Model)} version {start.Version}: where that version had learnt from artists that this one was measured with, "
                    + "the figures are too good. An evaluation on samples that neither has seen tells.";
            }

            if (Named(evaluation.Classes.Select(scores => scores.Samples == 0)) is { Length: > 0 } untested)
            {
                yield return $"Nothing is known about how it answers {untested}: no such sample was there to measure with.";
            }

            if (Named(evaluation.Classes.Select(scores => scores.Samples is > 0 and < FewSamples)) is { Length: > 0 } rough)
            {
                yield return Invariant($"The figures of {rough} are of fewer than {FewSamples} samples each, and mostly chance.");
            }
        }
        else
        {
            yield return "How often it is right is not known.";
        }

        string LabelsWith(IReadOnlyList<int> counts, int count) => Named(counts.Select(other => other == count));

        string Named(IEnumerable<bool> named) => string.Join(", ", card.Labels.Zip(named).Where(label => label.Second).Select(label => Escape(label.First)));
    }

    private static IEnumerable<string> Data(ModelCard card)
    {
        if (card.Lineage.Dataset is { } dataset)
        {
            yield return $"- Dataset {Escape(dataset.Name)} version {Escape(dataset.Version)}; SHA-256 of its manifest, which has the hashes of all its files: {Escape(dataset.ManifestSha256)}";
            yield return $"- Licence of the data: {(dataset.Licence is { } licence ? Escape(licence) : "the import did not say")}";
        }
        else
        {
            yield return "- Not trained on a dataset that is known here.";
        }

        if (card.Lineage.Split is { } split)
        {
            var unit = split.Unit == SplitUnit.Artist ? "no artist on both sides" : "drawn track by track";
            var part = split.Folds is { } folds
                ? Invariant($"fold {split.Fold} of {folds} held back")
                : $"{Percent(split.ValidationFraction)} of each label to be held back";
            yield return Invariant($"- Split: {unit}, {part}, seed {split.Seed}; ")
                + Invariant($"{Count(split.TrainingArtists, "artist")} to learn from, {Count(split.ValidationArtists, "artist")} to measure with");
        }
    }

    private static IEnumerable<string> Origin(ModelCard card)
    {
        var (lineage, parity) = (card.Lineage, card.Metrics.Parity);
        return
        [
            .. lineage.Source is { } source ? [$"- Made from {Escape(source)}"] : (string[])[],
            .. lineage.Checkpoint is { } checkpoint ? Checkpoint(checkpoint) : [],
            .. lineage.StartedFrom is { } start ? Start(start) : [],
            .. lineage.RunId is { } run ? [$"- Run {Escape(run)}"] : (string[])[],
            .. lineage.Seed is { } seed ? [Invariant($"- Seed {seed}")] : (string[])[],
            .. card.Metrics.PeakLearningRate is { } rate ? [Invariant($"- Peak learning rate {rate:g3}")] : (string[])[],
            .. card.Metrics.SelectedEpoch is { } epoch ? [Invariant($"- Weights of epoch {epoch} of {card.Metrics.Epochs.Count}")] : (string[])[],
            .. lineage.Commit is { } commit ? [$"- Program {Escape(commit)}"] : (string[])[],
            $"- SHA-256 of model.onnx: {card.Sha256}",
            Invariant($"- ONNX Runtime differs from the network by at most {parity.MaxAbsoluteDifference:0.0e+0} on {Count(parity.Samples, "spectrogram")}"),
            .. lineage.Hyperparameters is { } settings
                ?
                [
                    "",
                    "The run's settings:",
                    "",
                    .. JsonSerializer.Serialize(settings, Indented).Split('\n').Select(line => $"    {line.TrimEnd('\r')}"),
                ]
                : (string[])[],
        ];
    }

    private static IEnumerable<string> Checkpoint(CheckpointReference checkpoint)
    {
        yield return $"- The checkpoint{(checkpoint.FileName is { } name ? $" {Escape(name)}" : "")}; SHA-256: {Escape(checkpoint.Sha256)}";
        if (checkpoint.TabularStatistics is { } dataset)
        {
            yield return $"- The checkpoint lacked the statistics of the tabular features; they are of dataset {Escape(dataset.Name)} version {Escape(dataset.Version)}, SHA-256 of its manifest: {Escape(dataset.ManifestSha256)}";
        }
    }

    private static IEnumerable<string> Start(ModelStart start)
    {
        yield return Invariant($"- Its training began with the weights of {Escape(start.Model)} version {start.Version}; SHA-256 of weights.safetensors: {Escape(start.WeightsSha256)}");
        foreach (var (what, labels) in (IEnumerable<(string, IReadOnlyList<string>)>)
            [("Labels that it knew from there", start.KeptLabels), ("Labels that it learnt from nothing", start.NewLabels), ("Labels that it gave up", start.DroppedLabels)])
        {
            if (labels.Count > 0)
            {
                yield return $"- {what}: {string.Join(", ", labels.Select(Escape))}";
            }
        }
    }

    private static string KnownArtists(DataSplit? split) => split switch
    {
        null => "",
        { SharedArtists: 0 } => Invariant($"None of their {Count(split.ValidationArtists, "artist")} is among those it learnt from."),
        _ => Invariant($"Of their {Count(split.ValidationArtists, "artist")} {split.SharedArtists} are among those it learnt from."),
    };

    private static string Count(int count, string what) => Invariant($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Percent(double? share) => share is { } value ? Invariant($"{100 * value:0.0}%") : "";
}
