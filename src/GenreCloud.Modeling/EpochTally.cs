using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>Sums over the batches of one pass.</summary>
/// <param name="Images">Number of images.</param>
/// <param name="Loss">Sum of the losses, nats.</param>
/// <param name="First">Images whose label is the first answer.</param>
/// <param name="FirstFive">Images whose label is among the first five answers.</param>
internal readonly record struct EpochTally(int Images, double Loss, long First, long FirstFive)
{
    public static EpochTally operator +(EpochTally left, EpochTally right) =>
        new(left.Images + right.Images, left.Loss + right.Loss, left.First + right.First, left.FirstFive + right.FirstFive);

    /// <summary>The tally of one batch.</summary>
    /// <param name="logits">float32 [N,C].</param>
    /// <param name="labels">Class indices, int64 [N].</param>
    /// <param name="meanLoss">Mean loss of the batch, nats.</param>
    public static EpochTally Of(Tensor logits, Tensor labels, double meanLoss)
    {
        int count = (int)labels.shape[0];
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (_, answers) = logits.topk((int)Math.Min(5, logits.shape[1]), 1);
        var hits = answers.eq(labels.unsqueeze(1));
        return new EpochTally(count, meanLoss * count, hits.select(1, 0).sum().ToInt64(), hits.sum().ToInt64());
    }

    public Scores? Scores() => Images == 0 ? null : new Scores(Images, Loss / Images, (double)First / Images, (double)FirstFive / Images);
}
