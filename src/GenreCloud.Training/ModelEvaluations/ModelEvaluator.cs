using Azure;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Datasets.Tabular;
using GenreCloud.ModelRuntime;
using GenreCloud.Registry;
using GenreCloud.Training.Evaluations;
using Microsoft.Extensions.Options;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>
/// Asks a registered model version the samples of a dataset version, by ONNX Runtime, one at a time: on a CPU batches are no faster, and take memory by
/// their size.
/// </summary>
internal sealed class ModelEvaluator(ModelRegistry registry, DatasetStore datasets, IOptions<TrainingServiceOptions> options)
{
    /// <summary>Of the interval's resamples: the same evaluation gives the same report.</summary>
    private const int Seed = 1;

    /// <param name="evaluation">What is asked for.</param>
    /// <param name="report">Told after each answer.</param>
    /// <param name="cancellationToken">Looked at between answers.</param>
    /// <exception cref="DatasetException">The dataset version is gone or damaged.</exception>
    /// <exception cref="EvaluationException">No sample is left to ask, or an answer is not finite.</exception>
    /// <exception cref="ModelNotFoundException">The model version is gone.</exception>
    /// <exception cref="UnusableModelException">Its file is missing or altered.</exception>
    /// <exception cref="ModelCheckException">It does not answer as its card says.</exception>
    public async Task<ModelEvaluationResult> EvaluateAsync(
        ModelEvaluation evaluation, Action<EvaluationProgress> report, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(evaluation, report, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Where the version is still there, another attempt may find what this one did not.
            await OpenAsync(evaluation, cancellationToken);
            throw;
        }
    }

    private async Task<ModelEvaluationResult> AskAsync(
        ModelEvaluation evaluation, Action<EvaluationProgress> report, CancellationToken cancellationToken)
    {
        var dataset = await OpenAsync(evaluation, cancellationToken);
        var samples = await dataset.ReadSamplesAsync(cancellationToken);
        var card = await registry.GetCardAsync(evaluation.Model, evaluation.ModelVersion, cancellationToken);
        var learnt = await LearntSamples.FindAsync(card, registry, datasets, cancellationToken);
        using var model = LoadedModel.Load(card, await registry.DownloadModelAsync(card, cancellationToken), options.Value.Threads);
        var selection = SampleSelection.Of(samples, card.Labels, learnt, evaluation.Samples, takesFeatures: model.TabularColumns > 0);
        if (selection.Indices.Count == 0)
        {
            throw new EvaluationException(
                $"Of the {samples.Count} samples, the model learnt from {selection.Counts.Seen.Tracks} and knows the artists of {selection.Counts.Seen.OfSameArtists}, "
                + $"and it has no label for {selection.Counts.UnknownLabels.Values.Sum()}: none is left to ask. Take a dataset of other artists, or samples \"all\".");
        }

        var answers = new List<AnsweredSample>(selection.Indices.Count);
        var groups = ArtistGroups.Of(samples);
        var labels = card.Labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        await foreach (var (index, pixels) in new SpectrogramScan(dataset, samples).ReadAsync(selection.Indices, cancellationToken))
        {
            var sample = samples[index];
            answers.Add(new AnsweredSample(sample.Id, labels[sample.Label], groups[index], model.PredictLogits(pixels, FeaturesOf(sample, model.TabularColumns), cancellationToken)));
            report(new EvaluationProgress(answers.Count, selection.Indices.Count));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new ModelEvaluationResult
        {
            Report = Evaluation.Of(
                answers,
                card.Labels,
                majorityClass: answers.CountBy(answer => answer.Label).OrderByDescending(label => label.Value).ThenBy(label => label.Key).First().Key,
                Seed,
                card.Evaluation?.Calibration?.Temperature ?? 1),
            Labels = card.Labels,
            Samples = selection.Counts,
        };
    }

    private async Task<DatasetReader> OpenAsync(ModelEvaluation evaluation, CancellationToken cancellationToken) =>
        await datasets.FindAsync(evaluation.Dataset, evaluation.DatasetVersion, cancellationToken)
        ?? throw new DatasetException($"{evaluation.Dataset} version {evaluation.DatasetVersion} is no longer there.");

    private static float[]? FeaturesOf(Sample sample, int columns)
    {
        if (columns == 0)
        {
            return null;
        }

        var row = new float[columns];
        TabularFeatures.CopyTo(sample, row);
        return row;
    }
}
