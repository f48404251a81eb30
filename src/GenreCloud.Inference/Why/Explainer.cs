using System.Diagnostics;
using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Windowing;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Classify;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.Why;

/// <summary>Tells which parts of a spectrogram an answer rests on, by asking the model again without them.</summary>
internal sealed class Explainer(ModelSelection models, RunSlots slots, SpareCores cores, TimeProvider time)
{
    /// <summary>The smallest normal float32: what a softmax makes smaller is nothing, whose logarithm would not be finite.</summary>
    private const double LeastProbability = 1.17549435e-38;

    /// <param name="target">The model version that answers.</param>
    /// <param name="music">What was sent.</param>
    /// <param name="features">What its sender knows of it; null for nothing.</param>
    /// <param name="label">To explain; null for the most probable one.</param>
    /// <param name="segment">Of the song, from 0; null for the one with the highest probability of the label.</param>
    /// <param name="span">Of the request: is told which model version answers.</param>
    /// <exception cref="ProblemException">The version is not there, or not served; there is no such label or segment; or the model takes no features.</exception>
    public async Task<Explanation> ExplainAsync(
        ModelTarget target, SubmittedMusic music, TrackFeatures? features, string? label, int? segment, Activity? span, CancellationToken cancellationToken)
    {
        using var served = await models.UseUnobservedAsync(target, cancellationToken);
        var card = served.Card;
        span?.SetModel(card);
        var row = features?.RowFor(card);
        var wanted = label is null ? (int?)null : IndexOf(card, label);
        using var slot = await slots.EnterAsync(cancellationToken);
        var windows = await music.ToWindowsAsync(cancellationToken);
        var candidates = segment is { } number ? [RequireSegment(windows, number)] : Enumerable.Range(0, windows.Count).ToArray();
        var answers = await cores.PredictAsync(target, served, slot, candidates.Length, index => windows[candidates[index]].Pixels, row, cancellationToken);
        var explained = wanted ?? MostProbable(Classifier.Mean(answers));
        var best = MostProbable([.. answers.Select(answer => answer[explained])]);

        var window = windows[candidates[best]];
        var fill = OcclusionGrid.MeanOf(window.Pixels);
        var without = await cores.PredictAsync(
            target, served, slot, OcclusionGrid.Patches, patch => OcclusionGrid.Cover(window.Pixels, patch, fill), row, cancellationToken);
        var whole = LogOdds(answers[best], explained);
        return new Explanation(
            target.Model,
            target.Version,
            card.Labels[explained],
            answers[best][explained],
            music.IsSong ? candidates[best] : null,
            Classifier.Seconds(window.Start),
            Classifier.Seconds(window.End),
            Bands(),
            Frames(window.Start),
            [.. OcclusionGrid.CellMeans([.. without.Select(answer => whole - LogOdds(answer, explained))]).Select(Rounded)],
            time.GetElapsedTime(music.ReceivedAt).TotalMilliseconds);
    }

    /// <summary>
    /// ln(p / (1 - p)), with the others' probabilities for 1 - p: where a model is sure, p is 1 in float32, while the others are still told apart.
    /// </summary>
    private static double LogOdds(float[] probabilities, int label)
    {
        var others = probabilities.Where((_, index) => index != label).Sum(probability => (double)probability);
        return Math.Log(Math.Max(probabilities[label], LeastProbability)) - Math.Log(Math.Max(others, LeastProbability));
    }

    private static int MostProbable(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());

    private static int IndexOf(ModelCard card, string label)
    {
        const int quotedCharacters = 40;
        var index = card.Labels.ToList().IndexOf(label);
        return index >= 0
            ? index
            : throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "Unknown label",
                $"{card.Model} version {card.Version} has no label \"{(label.Length > quotedCharacters ? $"{label[..quotedCharacters]}..." : label)}\". It has: {string.Join(", ", card.Labels)}.");
    }

    private static int RequireSegment(IReadOnlyList<SongSpectrogram> windows, int segment) => segment >= 0 && segment < windows.Count
        ? segment
        : throw new ProblemException(
            StatusCodes.Status400BadRequest,
            "There is no such segment",
            $"segment is {segment}; there are {windows.Count}, counted from 0 as in the segments of /api/classify. Left out, the one with the highest probability of the label is explained.");

    private static BandSpan[] Bands() =>
    [
        .. Enumerable.Range(0, OcclusionGrid.Rows).Select(row => new BandSpan(
            Hertz(row * OcclusionGrid.BandsPerRow), Hertz((row + 1) * OcclusionGrid.BandsPerRow))),
    ];

    private static double Hertz(int band) => Math.Round(MelSpectrogram.BandLimits[band], 1);

    private static FrameSpan[] Frames(TimeSpan start) =>
    [
        .. Enumerable.Range(0, OcclusionGrid.Columns).Select(column => new FrameSpan(SecondsAt(start, column), SecondsAt(start, column + 1))),
    ];

    private static double SecondsAt(TimeSpan start, int column) => Classifier.Seconds(
        start + TimeSpan.FromSeconds((double)column * OcclusionGrid.FramesPerColumn * MelSpectrogram.HopLength / MelSpectrogram.SampleRate));

    /// <summary>More digits say nothing.</summary>
    private static double[] Rounded(double[] row) => Array.ConvertAll(row, value => Math.Round(value, 4));
}
