using GenreCloud.Datasets;
using GenreCloud.Datasets.Splits;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Runs;

/// <summary>What a run's network answers to the samples that it did not learn from.</summary>
/// <param name="Samples">In the order of the validation side.</param>
/// <param name="Figures">Of their spectrograms.</param>
internal sealed record ValidationAnswers(IReadOnlyList<AnsweredSample> Samples, IReadOnlyList<SpectrogramFigures> Figures)
{
    /// <summary>One pass over the validation samples, in their order.</summary>
    public static async Task<ValidationAnswers> CollectAsync(PreparedRun prepared, CancellationToken cancellationToken)
    {
        var groups = ArtistGroups.Of(prepared.Samples);
        var answered = new List<AnsweredSample>(prepared.Split.Validation.Count);
        var figures = new List<SpectrogramFigures>(prepared.Split.Validation.Count);
        await foreach (var batch in prepared.Source.Validation(cancellationToken))
        {
            var logits = await prepared.Trainer.AnswerAsync(batch, cancellationToken);
            for (var i = 0; i < batch.Count; i++)
            {
                figures.Add(SpectrogramFigures.Of(batch.Pixels.Span.Slice(i * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels)));
                var index = prepared.Split.Validation[answered.Count];
                answered.Add(new AnsweredSample(prepared.Samples[index].Id, (int)batch.Labels.Span[i], groups[index], logits[i]));
            }
        }

        return new ValidationAnswers(answered, figures);
    }
}
