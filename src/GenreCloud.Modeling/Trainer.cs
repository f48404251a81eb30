using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GenreCloud.Modeling.Augmentations;
using GenreCloud.Modeling.States;
using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// Trains a network by AdamW (betas 0.95-0.85 and 0.99, epsilon 1e-5) on a one-cycle schedule, and scores it. Everything random is in
/// the network's weights, the source's order and the options' seed, so that on one thread the same seeds give the same bits, with a
/// break (<see cref="SaveStateAsync"/>, <see cref="RestoreStateAsync"/>) or without.
/// </summary>
public sealed class Trainer : IDisposable
{
    /// <summary>Images of a forward pass without gradients: more would only need more memory.</summary>
    private const int ScoringBatch = 8;

    /// <summary>Beta1 of the range test's steps: the middle of what the schedule uses.</summary>
    private const double RangeTestMomentum = 0.9;

    private readonly SpectrogramNetwork _network;
    private readonly TrainingOptions _options;
    private readonly BatchAugmenter _augmenter;
    private readonly TimeProvider _time;
    private readonly Device _device;
    private readonly TorchThread _thread = new();
    private readonly ComputeFormat _trainingFormat;

    /// <summary>Held while the network's weights are not those of <see cref="_progress"/>: by a range test.</summary>
    private readonly SemaphoreSlim _ownWeights = new(1, 1);

    private NetworkOptimizer? _optimizer;
    private NetworkWeights? _bestWeights;
    private TrainingProgress _progress = new();

    /// <summary>When <see cref="TrainingProgress.EpochDuration"/> was true.</summary>
    private long _resumed;

    private bool _isWithinStep;

    /// <summary>A trainer for one training of one network.</summary>
    /// <param name="network">
    /// Stays the caller's; nobody else may use it while a call of this trainer runs. It is moved to <see cref="TrainingDevice.Current"/>,
    /// and stays there.
    /// </param>
    /// <param name="options">How to train.</param>
    /// <param name="format">How to compute the training steps: <see cref="TrainingDevice.FormatFor(Precision)"/>. The validation after an epoch is computed in the same precision.</param>
    /// <param name="time">Measures rates and durations.</param>
    public Trainer(SpectrogramNetwork network, TrainingOptions options, ComputeFormat format, TimeProvider time)
    {
        options.Validate();
        _network = network;
        _options = options;
        _augmenter = new BatchAugmenter(options.Augmentation, options.Seed);
        _trainingFormat = format;
        _device = TrainingDevice.Current;
        network.to(_device);
        _time = time;
        set_num_threads(options.Threads);
    }

    /// <summary>The epochs finished so far, those before a restored state among them.</summary>
    public IReadOnlyList<EpochResult> Epochs => _progress.Epochs;

    /// <summary>The steps made so far, those before a restored state among them.</summary>
    public int Steps => _progress.Step;

    /// <summary>Whether the training has ended: after its last epoch, or by early stopping.</summary>
    public bool IsFinished => _progress.IsFinished(_options);

    /// <summary>What the learning-rate range test found; null before it, or where the options give the rate.</summary>
    public RangeTestResult? RangeTest => _progress.RangeTest;

    /// <summary>The highest learning rate of the schedule: what the options give, or the range test found; null before it.</summary>
    public double? PeakLearningRate => _options.LearningRate ?? RangeTest?.LearningRate;

    /// <summary>Index of the epoch whose weights the network has when the training has ended; null before the first epoch's end.</summary>
    public int? SelectedEpoch => _options.Selection == WeightSelection.Best ? _progress.BestEpoch : _progress.LastEpoch;

    /// <summary>
    /// Trains the network in place, from where it stands to the end; yields a result after each epoch, when the weights are those of
    /// that epoch; with the last result they are those that the options select. A cancelled training can be continued by another call.
    /// </summary>
    /// <param name="source">The images; in every call the same ones.</param>
    /// <param name="steps">Told of every step, in their order; those of a range test come first.</param>
    /// <param name="cancellationToken">Ends the training before its next step.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradient became infinite or not a number.</exception>
    /// <exception cref="InvalidOperationException">
    /// The source has no training batch, or not as many as it said, or no validation images where the options need them.
    /// </exception>
    public async IAsyncEnumerable<EpochResult> TrainAsync(
        IBatchSource source, IProgress<StepResult>? steps = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await BeginAsync(source, steps, cancellationToken);
        var schedule = new OneCycle(_options.Epochs * source.TrainingBatches, PeakLearningRate!.Value);
        var objective = TrainingObjective.For(_options, source.TrainingImagesPerClass);

        while (!IsFinished)
        {
            _resumed = _time.GetTimestamp();
            await LearnAsync(source, schedule, objective, steps, cancellationToken);
            var duration = EpochDuration();
            var training = _progress.Tally.Scores()!;
            var validation = await ScoreAsync(source.Validation(cancellationToken), ValidationFormat, cancellationToken);
            RequireUsable(validation, schedule);
            var epoch = new EpochResult(_progress.Epochs.Count, training, validation, training.Images / duration.TotalSeconds, EpochDuration());
            await _thread.RunAsync(() => Finish(epoch));
            yield return epoch;
        }
    }

    /// <summary>
    /// Saves everything that the rest of the training depends on. May be called at any time, also while <see cref="TrainAsync"/> runs:
    /// then it waits for the step, or for the range test, and the training for it.
    /// </summary>
    /// <param name="destination">Three to four times the weights' size are written to it, after the training may go on.</param>
    /// <exception cref="InvalidOperationException">A step failed: what it left is nothing to continue from.</exception>
    public async Task SaveStateAsync(Stream destination, CancellationToken cancellationToken)
    {
        byte[] state;
        await _ownWeights.WaitAsync(cancellationToken);
        try
        {
            state = await _thread.RunAsync(() => _isWithinStep
                ? throw new InvalidOperationException("A step failed: what it left of the network is nothing to continue from.")
                : State().Save(_progress, _bestWeights));
        }
        finally
        {
            _ownWeights.Release();
        }

        await destination.WriteAsync(state, cancellationToken);
    }

    /// <summary>
    /// Takes over a state that another trainer has saved, for a network of the same architecture and the same options; threads may
    /// differ. On one thread the rest of the training then gives the same bits as if there had been no break. Not to be called
    /// while a call runs.
    /// </summary>
    /// <param name="source">Read to its end.</param>
    /// <exception cref="TrainerStateException">The state is damaged or another training's; everything is as it was.</exception>
    public async Task RestoreStateAsync(Stream source, CancellationToken cancellationToken)
    {
        var state = await _thread.RunAsync(State);
        var (header, values) = await state.ReadAsync(source, cancellationToken);
        await _thread.RunAsync(() =>
        {
            _bestWeights?.Dispose();
            _bestWeights = state.Restore(header, values);
            _progress = header.Progress;
            _isWithinStep = false;
        });
    }

    /// <summary>Scores the network as it is, in float32.</summary>
    /// <returns>The scores, or null when there is no image.</returns>
    public Task<Scores?> ScoreAsync(IAsyncEnumerable<Batch> images, CancellationToken cancellationToken) =>
        ScoreAsync(images, ComputeFormat.ChannelsLast, cancellationToken);

    private async Task<Scores?> ScoreAsync(IAsyncEnumerable<Batch> images, ComputeFormat format, CancellationToken cancellationToken)
    {
        var tally = default(EpochTally);
        await foreach (var batch in images.WithCancellation(cancellationToken))
        {
            await _thread.RunAsync(() => Answer(
                batch,
                format,
                (logits, labels) => tally += EpochTally.Of(logits, labels, nn.functional.cross_entropy(logits, labels).ToDouble()),
                cancellationToken));
        }

        return tally.Scores();
    }

    /// <summary>What the network as it is answers, in float32.</summary>
    /// <returns>Logits [N][classes].</returns>
    public Task<float[][]> AnswerAsync(Batch batch, CancellationToken cancellationToken) => _thread.RunAsync(() =>
    {
        var answers = new List<float[]>(batch.Count);
        Answer(batch, ComputeFormat.ChannelsLast, (logits, _) => answers.AddRange(logits.cpu().data<float>().ToArray().Chunk(_network.Classes)), cancellationToken);
        return answers.ToArray();
    });

    /// <summary>The network itself stays the caller's. Not to be called while a call runs.</summary>
    public void Dispose()
    {
        _optimizer?.Dispose();
        _bestWeights?.Dispose();
        _ownWeights.Dispose();
        _thread.Dispose();
    }

    private async Task BeginAsync(IBatchSource source, IProgress<StepResult>? steps, CancellationToken cancellationToken)
    {
        if (source.TrainingBatches == 0)
        {
            throw new InvalidOperationException("There are no images to train on.");
        }

        if (_progress.BatchesPerEpoch != 0 && _progress.BatchesPerEpoch != source.TrainingBatches)
        {
            throw new InvalidOperationException(
                $"The training began with {_progress.BatchesPerEpoch} batches an epoch and cannot go on with {source.TrainingBatches}.");
        }

        _progress = _progress with { BatchesPerEpoch = source.TrainingBatches };
        if (_options.LearningRate is null && _progress.RangeTest is null)
        {
            _progress = _progress with { RangeTest = await TestRangeAsync(source, steps, cancellationToken) };
        }
    }

    /// <summary>Makes steps at rising rates, and gives the network back the weights that it had.</summary>
    private async Task<RangeTestResult> TestRangeAsync(IBatchSource source, IProgress<StepResult>? steps, CancellationToken cancellationToken)
    {
        var objective = TrainingObjective.For(_options, source.TrainingImagesPerClass);
        var test = new LearningRateRangeTest();
        await _ownWeights.WaitAsync(cancellationToken);
        try
        {
            using var weights = await _thread.RunAsync(() => NetworkWeights.Copy(_network));
            using var optimizer = await _thread.RunAsync(CreateOptimizer);
            try
            {
                int step = 0;
                await foreach (var batch in _augmenter.AheadAsync(Repeat(source, cancellationToken), step, cancellationToken))
                {
                    double rate = LearningRateRangeTest.RateAt(step);
                    long started = _time.GetTimestamp();
                    var outcome = await _thread.RunAsync(() => Step(optimizer, objective, batch, step, rate, RangeTestMomentum, cancellationToken));
                    if (!test.Add(outcome.Loss) || !double.IsFinite(outcome.GradientNorm))
                    {
                        break;
                    }

                    double imagesPerSecond = batch.Batch.Count / _time.GetElapsedTime(started).TotalSeconds;
                    steps?.Report(new StepResult(
                        0, step, LearningRateRangeTest.Steps, outcome.Loss, outcome.GradientNorm, rate, imagesPerSecond, TrainingPhase.RangeTest));
                    step++;
                }
            }
            finally
            {
                await _thread.RunAsync(() => weights.CopyTo(_network));
            }
        }
        finally
        {
            _isWithinStep = false;
            _ownWeights.Release();
        }

        return test.Result(TrainingOptions.DefaultLearningRate);
    }

    private static async IAsyncEnumerable<Batch> Repeat(IBatchSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int epoch = 0; ; epoch++)
        {
            await foreach (var batch in source.TrainingEpoch(epoch, firstBatch: 0, cancellationToken))
            {
                yield return batch;
            }
        }
    }

    /// <summary>Learns what is left of the current epoch.</summary>
    private async Task LearnAsync(
        IBatchSource source, OneCycle schedule, TrainingObjective objective, IProgress<StepResult>? steps, CancellationToken cancellationToken)
    {
        int epoch = _progress.Epochs.Count;
        var batches = source.TrainingEpoch(epoch, _progress.Batches, cancellationToken);
        await foreach (var batch in _augmenter.AheadAsync(batches, _progress.Step, cancellationToken))
        {
            if (_progress.Batches == source.TrainingBatches)
            {
                throw new InvalidOperationException($"An epoch has more than the {source.TrainingBatches} batches that its source announced.");
            }

            int step = _progress.Step;
            var (learningRate, momentum) = schedule.At(step);
            long started = _time.GetTimestamp();
            var outcome = await _thread.RunAsync(() =>
            {
                var made = Step(_optimizer ??= CreateOptimizer(), objective, batch, step, learningRate, momentum, cancellationToken);
                if (made.IsFinite)
                {
                    _progress = _progress with
                    {
                        Batches = _progress.Batches + 1, Tally = _progress.Tally + made.Tally, EpochDuration = EpochDuration(),
                    };
                    _resumed = _time.GetTimestamp();
                }

                return made;
            });
            if (!outcome.IsFinite)
            {
                throw TrainingDivergedException.InStep(epoch, step, outcome.Loss, outcome.GradientNorm, learningRate, _options);
            }

            double imagesPerSecond = batch.Count / _time.GetElapsedTime(started).TotalSeconds;
            steps?.Report(new StepResult(epoch, step, schedule.TotalSteps, outcome.Loss, outcome.GradientNorm, learningRate, imagesPerSecond));
        }

        if (_progress.Batches != source.TrainingBatches)
        {
            throw new InvalidOperationException($"An epoch has fewer than the {source.TrainingBatches} batches that its source announced.");
        }
    }

    private void RequireUsable(Scores? validation, OneCycle schedule)
    {
        if (validation is null && (_options.EarlyStoppingPatience is not null || _options.Selection == WeightSelection.Best))
        {
            throw new InvalidOperationException("Early stopping and the selection of the best epoch go by validation images, and there are none.");
        }

        if (validation is not null && !double.IsFinite(validation.Loss))
        {
            int last = _progress.Step - 1;
            throw TrainingDivergedException.InValidation(_progress.Epochs.Count, last, validation.Loss, schedule.At(last).LearningRate, _options);
        }
    }

    private void Finish(EpochResult epoch)
    {
        _progress = _progress with { Epochs = [.. _progress.Epochs, epoch], Batches = 0, Tally = default, EpochDuration = TimeSpan.Zero };
        if (_options.Selection == WeightSelection.Best && _progress.BestEpoch == epoch.Epoch)
        {
            _bestWeights?.Dispose();
            _bestWeights = NetworkWeights.Copy(_network);
        }

        if (IsFinished)
        {
            _bestWeights?.CopyTo(_network);
        }
    }

    /// <summary>
    /// A twentieth of an epoch, where a fifth of the images are for validation; in float32 it would be a seventh of one in bfloat16.
    /// </summary>
    private ComputeFormat ValidationFormat =>
        _trainingFormat == ComputeFormat.ChannelsLastBFloat16 ? ComputeFormat.ChannelsLastBFloat16 : ComputeFormat.ChannelsLast;

    private TimeSpan EpochDuration() => _progress.EpochDuration + _time.GetElapsedTime(_resumed);

    private NetworkOptimizer CreateOptimizer() => new(_network, _options.WeightDecay);

    private TrainerState State() => new(_network, _optimizer ??= CreateOptimizer(), _options);

    /// <summary>One step, whole or not at all: a cancellation that comes within it is for the next.</summary>
    private StepOutcome Step(
        NetworkOptimizer optimizer, TrainingObjective objective, AugmentedBatch augmented, int step, double learningRate, double momentum, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _isWithinStep = true;
        using var scope = NewDisposeScope();

        // For layers that draw, such as dropout: torch's generator has no state between steps.
        manual_seed(_options.Seed + ((long)step << 32));
        _network.train();
        _network.Format = _trainingFormat;
        var (batch, mixes) = augmented;
        var logits = _network.call(Pixels(batch, 0, batch.Count), Tabular(batch, 0, batch.Count));
        var loss = objective.Loss(logits, batch.Labels.Span, mixes);
        double value = loss.ToDouble();
        if (!double.IsFinite(value))
        {
            return new StepOutcome(value, double.NaN, default);
        }

        optimizer.ZeroGradients();
        loss.backward();
        double norm = optimizer.GradientNorm();
        if (!double.IsFinite(norm))
        {
            return new StepOutcome(value, norm, default);
        }

        if (norm > _options.GradientClip)
        {
            optimizer.ShortenGradient(norm, _options.GradientClip.Value);
        }

        optimizer.Step(learningRate, momentum);
        _isWithinStep = false;
        return new StepOutcome(value, norm, EpochTally.Of(logits, Labels(batch, 0, batch.Count), value));
    }

    private void Answer(Batch batch, ComputeFormat format, Action<Tensor, Tensor> use, CancellationToken cancellationToken)
    {
        batch.RequireWhole();
        _network.eval();
        _network.Format = format;
        using var inference = inference_mode();
        for (int start = 0; start < batch.Count; start += ScoringBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int count = Math.Min(ScoringBatch, batch.Count - start);
            use(_network.call(Pixels(batch, start, count), Tabular(batch, start, count)), Labels(batch, start, count));
        }
    }

    private Tensor Pixels(Batch batch, int start, int count)
    {
        var pixels = empty([count, SpectrogramShape.Bands, SpectrogramShape.Frames], ScalarType.Byte);
        batch.Pixels.Span.Slice(start * SpectrogramShape.Pixels, count * SpectrogramShape.Pixels).CopyTo(pixels.bytes);
        return pixels.to(_device);
    }

    private Tensor? Tabular(Batch batch, int start, int count)
    {
        int columns = batch.Tabular.Length / batch.Count;
        return columns == 0 ? null : tensor(batch.Tabular.Span.Slice(start * columns, count * columns).ToArray(), [count, columns], device: _device);
    }

    private Tensor Labels(Batch batch, int start, int count)
    {
        var labels = empty([count], ScalarType.Int64);
        MemoryMarshal.AsBytes(batch.Labels.Span.Slice(start, count)).CopyTo(labels.bytes);
        return labels.to(_device);
    }

    /// <param name="Loss">Mean loss of the batch before the step, nats.</param>
    /// <param name="GradientNorm">Length of the gradient before any clipping.</param>
    /// <param name="Tally">The batch's scores.</param>
    private readonly record struct StepOutcome(double Loss, double GradientNorm, EpochTally Tally)
    {
        /// <summary>Whether the step was made.</summary>
        public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);
    }
}
