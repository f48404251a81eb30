using GenreCloud.Modeling.Augmentations;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// What a step minimises: cross-entropy with smoothed, mixed and weighted labels. All three are linear in the logarithms of the
/// probabilities, so that one matrix of targets holds them. It is the loss of PyTorch's CrossEntropyLoss with weight and
/// label_smoothing, and for mixed labels the mean of both labels' losses by their shares.
/// </summary>
internal sealed class TrainingObjective
{
    private readonly double _smoothing;
    private readonly double[] _weights;

    /// <param name="smoothing">Share of a label that goes to all classes alike, 0 to less than 1 (Szegedy et al. 2016).</param>
    /// <param name="weights">Weight of each class.</param>
    public TrainingObjective(double smoothing, IReadOnlyList<double> weights)
    {
        _smoothing = smoothing;
        _weights = [.. weights];
    }

    /// <summary>The objective of a run.</summary>
    /// <param name="options">Smoothing and balance.</param>
    /// <param name="imagesPerClass">Training images of each class.</param>
    public static TrainingObjective For(TrainingOptions options, IReadOnlyList<int> imagesPerClass) => new(
        options.LabelSmoothing,
        options.ClassBalance == ClassBalance.Weights ? BalancedWeights(imagesPerClass) : [.. imagesPerClass.Select(_ => 1.0)]);

    /// <summary>n / (C n_c): all classes together weigh the same, and images weigh 1 on average. A class without images has no part in C, and weighs 0.</summary>
    public static double[] BalancedWeights(IReadOnlyList<int> imagesPerClass)
    {
        double perClass = (double)imagesPerClass.Sum() / imagesPerClass.Count(images => images > 0);
        return [.. imagesPerClass.Select(images => images == 0 ? 0 : perClass / images)];
    }

    /// <summary>The mean loss of a batch, nats.</summary>
    /// <param name="logits">float32 [N,C].</param>
    /// <param name="labels">Class indices [N].</param>
    /// <param name="mixes">What each image was mixed with, [N].</param>
    public Tensor Loss(Tensor logits, ReadOnlySpan<long> labels, ReadOnlySpan<Mix> mixes)
    {
        using var scope = NewDisposeScope();
        var targets = tensor(Targets(labels, mixes), device: logits.device).view(labels.Length, _weights.Length);
        return logits.log_softmax(1).mul(targets).sum().neg().MoveToOuterDisposeScope();
    }

    /// <summary>The factors of the log-probabilities, [N,C] row by row.</summary>
    private float[] Targets(ReadOnlySpan<long> labels, ReadOnlySpan<Mix> mixes)
    {
        int classes = _weights.Length;
        double[] targets = new double[labels.Length * classes];
        double total = 0;
        for (int image = 0; image < labels.Length; image++)
        {
            double own = mixes[image].Own;
            Add(targets.AsSpan(image * classes, classes), labels[image], own);
            Add(targets.AsSpan(image * classes, classes), labels[mixes[image].Partner], 1 - own);
            total += own * _weights[labels[image]] + (1 - own) * _weights[labels[mixes[image].Partner]];
        }

        return [.. targets.Select(target => (float)(target / total))];
    }

    private void Add(Span<double> targets, long label, double share)
    {
        targets[(int)label] += share * (1 - _smoothing) * _weights[label];
        for (int other = 0; other < targets.Length; other++)
        {
            targets[other] += share * _smoothing / targets.Length * _weights[other];
        }
    }
}
