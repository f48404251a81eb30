using System.Diagnostics;
using System.Numerics.Tensors;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Serving;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Classify;

/// <summary>Asks a model version about music.</summary>
internal sealed class Classifier(ModelSelection models, RunSlots slots, ServingRates rates, TimeProvider time)
{
    /// <summary>Asks about every window, and combines the answers.</summary>
    /// <param name="target">The model version that answers.</param>
    /// <param name="music">What was sent.</param>
    /// <param name="features">What its sender knows of it; null for nothing.</param>
    /// <param name="top">How many labels to answer, at least 1.</param>
    /// <param name="span">Of the request: is told which model version answers.</param>
    /// <param name="hasPlace">See <see cref="RunSlots.EnterAsync"/>.</param>
    /// <param name="cancellationToken">Ends it: nothing is computed for a client that left.</param>
    /// <exception cref="ServiceDefaults.ProblemException">The version is not there, or not served, or takes no features.</exception>
    public async Task<ClassifyResponse> ClassifyAsync(
        ModelTarget target, SubmittedMusic music, TrackFeatures? features, int top, Activity? span, bool hasPlace, CancellationToken cancellationToken)
    {
        using var served = await models.UseAsync(target, cancellationToken);
        span?.SetModel(served.Card);
        var row = features?.RowFor(served.Card);
        using var slot = await slots.EnterAsync(cancellationToken, hasPlace);
        var windows = await music.ToWindowsAsync(cancellationToken);
        var answers = new List<float[]>(windows.Count);
        foreach (var window in windows)
        {
            if (answers.Count > 0)
            {
                await slot.YieldAsync(cancellationToken);
            }

            answers.Add(served.Predict(window.Pixels, row, cancellationToken));
        }

        var whole = Mean(answers);
        var duration = time.GetElapsedTime(music.ReceivedAt);
        rates.Record(target.Model, target.Version, duration);
        return new ClassifyResponse(
            target.Model,
            target.Version,
            Best(served.Card, whole, top),
            IsUnsure(served.Card, whole),
            music.IsSong
                ?
                [
                    .. windows.Zip(answers, (window, answer) => new SongSegment(
                        Seconds(window.Start), Seconds(window.End), Best(served.Card, answer, top), IsUnsure(served.Card, answer))),
                ]
                : null,
            duration.TotalMilliseconds);
    }

    /// <summary>
    /// The mean of the windows' probabilities (a linear opinion pool). Their product would take them for independent witnesses, which windows of one song that
    /// overlap by half are not: it is all but certain after a few, and one sure window outweighs all the others. The mean stays as sure as they are on average.
    /// </summary>
    public static float[] Mean(IReadOnlyList<float[]> answers)
    {
        var mean = new float[answers[0].Length];
        foreach (var answer in answers)
        {
            TensorPrimitives.Add(mean, answer, mean);
        }

        TensorPrimitives.Divide(mean, answers.Count, mean);
        return mean;
    }

    private static Prediction[] Best(ModelCard card, float[] probabilities, int top) =>
        [.. card.Labels.Zip(probabilities, (label, probability) => new Prediction(label, probability)).OrderByDescending(prediction => prediction.Probability).Take(top)];

    private static bool? IsUnsure(ModelCard card, float[] probabilities) =>
        card.UnsureThreshold is { } threshold ? probabilities.Max() < threshold.Probability : null;

    /// <summary>Milliseconds are as fine as anyone can use.</summary>
    public static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
