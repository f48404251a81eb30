using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// Trains a network by AdamW (betas 0.95-0.85 and 0.99, epsilon 1e-5) on a one-cycle schedule, and scores it. Everything random is in
/// the network's weights and the source's order, so that on one thread the same seeds give the same bits.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-5;

    /// <summary>Images of a forward pass without gradients: more would only need more memory.</summary>
    private const int ScoringBatch = 8;

    private readonly SpectrogramNetwork _network;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly TorchThread _thread = new();
    private readonly ComputeFormat _trainingFormat;
    private AdamW? _optimizer;

    /// <summary>A trainer for one network.</summary>
    /// <param name="network">Stays the caller's; nobody else may use it while a call of this trainer runs.</param>
    /// <param name="options">How to train.</param>
    /// <param name="format">How to compute the training steps: <see cref="CpuTraining.FormatFor(Precision)"/>. Scores are always computed in float32.</param>
    /// <param name="time">Measures rates and durations.</param>
    public Trainer(SpectrogramNetwork network, TrainingOptions options, ComputeFormat format, TimeProvider time)
    {
        options.Validate();
        _network = network;
        _options = options;
        _trainingFormat = format;
        _time = time;
        set_num_threads(options.Threads);
    }

    /// <summary>Trains the network in place; yields a result after each epoch, when the weights are those of that epoch.</summary>
    /// <param name="source">The images.</param>
    /// <param name="steps">Told of every step, on the thread that made it.</param>
    /// <param name="cancellationToken">Ends the run within a step.</param>
    /// <exception cref="TrainingDivergedException">The loss became infinite or not a number.</exception>
    /// <exception cref="InvalidOperationException">The source has no training batch, or not as many as it said.</exception>
    public async IAsyncEnumerable<EpochResult> TrainAsync(
        IBatchSource source, IProgress<StepResult>? steps = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (source.TrainingBatches == 0)
        {
            throw new InvalidOperationException("There are no images to train on.");
        }

        var schedule = new OneCycle(_options.Epochs * source.TrainingBatches, _options.LearningRate);
        _optimizer?.Dispose();
        _optimizer = await _thread.RunAsync(CreateOptimizer);
        int step = 0;

        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            long started = _time.GetTimestamp();
            var tally = new Tally();
            await foreach (var batch in source.TrainingEpoch(epoch, cancellationToken))
            {
                if (step == (epoch + 1) * source.TrainingBatches)
                {
                    throw new InvalidOperationException($"An epoch has more than the {source.TrainingBatches} batches that its source announced.");
                }

                var (learningRate, momentum) = schedule.At(step);
                long stepStarted = _time.GetTimestamp();
                double loss = await _thread.RunAsync(() => Step(batch, learningRate, momentum, tally, cancellationToken));
                if (!double.IsFinite(loss))
                {
                    throw new TrainingDivergedException(epoch, step, loss, learningRate);
                }

                steps?.Report(new StepResult(epoch, step, schedule.TotalSteps, loss, learningRate, Rate(batch.Count, stepStarted)));
                step++;
            }

            if (step != (epoch + 1) * source.TrainingBatches)
            {
                throw new InvalidOperationException($"An epoch has fewer than the {source.TrainingBatches} batches that its source announced.");
            }

            double imagesPerSecond = Rate(tally.Images, started);
            var validation = await ScoreAsync(source.Validation(cancellationToken), cancellationToken);
            yield return new EpochResult(epoch, tally.Scores()!, validation, imagesPerSecond, _time.GetElapsedTime(started));
        }
    }

    /// <summary>Scores the network as it is, in float32.</summary>
    /// <returns>The scores, or null when there is no image.</returns>
    public async Task<Scores?> ScoreAsync(IAsyncEnumerable<Batch> images, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        await foreach (var batch in images.WithCancellation(cancellationToken))
        {
            await _thread.RunAsync(() =>
            {
                Answer(batch, (logits, labels) => tally.Add(logits, labels, nn.functional.cross_entropy(logits, labels).ToDouble()), cancellationToken);
                return true;
            });
        }

        return tally.Scores();
    }

    /// <summary>What the network as it is answers, in float32.</summary>
    /// <returns>Probabilities [N][classes].</returns>
    public Task<float[][]> PredictAsync(Batch batch, CancellationToken cancellationToken) => _thread.RunAsync(() =>
    {
        var probabilities = new List<float[]>(batch.Count);
        Answer(
            batch,
            (logits, _) => probabilities.AddRange(logits.softmax(1).data<float>().ToArray().Chunk(_network.Classes)),
            cancellationToken);
        return probabilities.ToArray();
    });

    /// <summary>The network itself stays the caller's. Not to be called while a call runs.</summary>
    public void Dispose()
    {
        _optimizer?.Dispose();
        _thread.Dispose();
    }

    /// <summary>Weights decay; biases and the scales and shifts of normalisations do not, for to shrink them regularises nothing (fastai's convention too).</summary>
    private AdamW CreateOptimizer()
    {
        var matrices = _network.parameters().Where(parameter => parameter.dim() > 1);
        var vectors = _network.parameters().Where(parameter => parameter.dim() <= 1);
        var (learningRate, momentum) = new OneCycle(1, _options.LearningRate).At(0);
        return optim.AdamW(
        [
            new AdamW.ParamGroup(matrices, learningRate, momentum, Beta2, Epsilon, _options.WeightDecay),
            new AdamW.ParamGroup(vectors, learningRate, momentum, Beta2, Epsilon, weight_decay: 0),
        ]);
    }

    private double Step(Batch batch, double learningRate, double momentum, Tally tally, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        _network.train();
        _network.Format = _trainingFormat;
        foreach (var group in _optimizer!.ParamGroups.Cast<AdamW.ParamGroup>())
        {
            group.LearningRate = learningRate;
            group.Betas = (momentum, Beta2);
        }

        var labels = Labels(batch, 0, batch.Count);
        var logits = _network.call(Pixels(batch, 0, batch.Count), Tabular(batch, 0, batch.Count));
        var loss = nn.functional.cross_entropy(logits, labels);
        double value = loss.ToDouble();
        if (!double.IsFinite(value))
        {
            return value;
        }

        tally.Add(logits, labels, value);
        cancellationToken.ThrowIfCancellationRequested();
        _optimizer.zero_grad();
        loss.backward();
        cancellationToken.ThrowIfCancellationRequested();
        _optimizer.step();
        return value;
    }

    private void Answer(Batch batch, Action<Tensor, Tensor> use, CancellationToken cancellationToken)
    {
        _network.eval();
        _network.Format = ComputeFormat.ChannelsLast;
        using var inference = inference_mode();
        for (int start = 0; start < batch.Count; start += ScoringBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int count = Math.Min(ScoringBatch, batch.Count - start);
            use(_network.call(Pixels(batch, start, count), Tabular(batch, start, count)), Labels(batch, start, count));
        }
    }

    private static Tensor Pixels(Batch batch, int start, int count)
    {
        if (batch.Pixels.Length != (long)batch.Count * SpectrogramShape.Pixels)
        {
            throw new ArgumentException($"{batch.Count} images have {(long)batch.Count * SpectrogramShape.Pixels} bytes, not {batch.Pixels.Length}.", nameof(batch));
        }

        var pixels = empty([count, SpectrogramShape.Bands, SpectrogramShape.Frames], ScalarType.Byte);
        batch.Pixels.Span.Slice(start * SpectrogramShape.Pixels, count * SpectrogramShape.Pixels).CopyTo(pixels.bytes);
        return pixels;
    }

    private static Tensor? Tabular(Batch batch, int start, int count)
    {
        if (batch.Tabular.Length == 0)
        {
            return null;
        }

        int columns = batch.Tabular.Length / batch.Count;
        return tensor(batch.Tabular.Slice(start * columns, count * columns).ToArray(), [count, columns]);
    }

    private static Tensor Labels(Batch batch, int start, int count)
    {
        var labels = empty([count], ScalarType.Int64);
        MemoryMarshal.AsBytes(batch.Labels.Span.Slice(start, count)).CopyTo(labels.bytes);
        return labels;
    }

    private double Rate(int images, long since) => images / _time.GetElapsedTime(since).TotalSeconds;

    /// <summary>Sums over the batches of one pass.</summary>
    private sealed class Tally
    {
        private double _loss;
        private long _first;
        private long _firstFive;

        public int Images { get; private set; }

        public void Add(Tensor logits, Tensor labels, double meanLoss)
        {
            int count = (int)labels.shape[0];
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var (_, answers) = logits.topk((int)Math.Min(5, logits.shape[1]), 1);
            var hits = answers.eq(labels.unsqueeze(1));
            Images += count;
            _loss += meanLoss * count;
            _first += hits.select(1, 0).sum().ToInt64();
            _firstFive += hits.sum().ToInt64();
        }

        public Scores? Scores() => Images == 0 ? null : new Scores(Images, _loss / Images, (double)_first / Images, (double)_firstFive / Images);
    }
}
