using System.Numerics.Tensors;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>Which labels a network takes for which.</summary>
internal static class ConfusionMatrix
{
    /// <returns>Validation samples [true class][predicted class].</returns>
    public static async Task<int[][]> MeasureAsync(Trainer trainer, IBatchSource source, int classes, CancellationToken cancellationToken)
    {
        var matrix = Enumerable.Range(0, classes).Select(_ => new int[classes]).ToArray();
        await foreach (var batch in source.Validation(cancellationToken))
        {
            var answers = await trainer.PredictAsync(batch, cancellationToken);
            for (var i = 0; i < batch.Count; i++)
            {
                matrix[batch.Labels.Span[i]][TensorPrimitives.IndexOfMax(answers[i].AsSpan())]++;
            }
        }

        return matrix;
    }
}
