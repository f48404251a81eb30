using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Registry;
using Microsoft.ML.OnnxRuntime;

namespace GenreCloud.ModelRuntime;

/// <summary>
/// One model version in memory: its card and one ONNX Runtime session, shared by all requests (a session may be run from
/// many threads at once). It needs nothing of the network's framework.
/// </summary>
public sealed class LoadedModel : IDisposable
{
    private readonly InferenceSession _session;

    private LoadedModel(ModelCard card, InferenceSession session)
    {
        Card = card;
        _session = session;
        TabularColumns = card.Signature.Inputs.FirstOrDefault(input => input.Name == ModelSignature.Tabular)?.Shape[1] ?? 0;
    }

    public ModelCard Card { get; }

    /// <summary>Columns of the tabular branch; 0 for a model without one.</summary>
    public int TabularColumns { get; }

    /// <summary>
    /// Makes the session and runs the card's golden spectrogram through it, which proves that this machine answers as the
    /// training machine did, and warms the session up.
    /// </summary>
    /// <param name="card">The model version's card.</param>
    /// <param name="onnx">The bytes of model.onnx.</param>
    /// <param name="intraOpThreads">Threads inside one prediction; 0 = one for each core.</param>
    /// <param name="concurrentRuns">How many predictions will run at once: as many do so here, so that the session takes now what memory it will.</param>
    /// <exception cref="ModelCheckException">ONNX Runtime cannot run it, or it does not answer within the card's tolerance.</exception>
    public static LoadedModel Load(ModelCard card, byte[] onnx, int intraOpThreads, int concurrentRuns = 1)
    {
        LoadedModel? model = null;
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = intraOpThreads };
            var loaded = model = new LoadedModel(card, new InferenceSession(onnx, options));
            loaded.CheckGolden();
            Parallel.For(1, concurrentRuns, new ParallelOptions { MaxDegreeOfParallelism = concurrentRuns }, _ => loaded.CheckGolden());
            return model;
        }
        catch (Exception exception)
        {
            model?.Dispose();
            if (exception is OnnxRuntimeException or PngException)
            {
                throw new ModelCheckException($"{card.Model} version {card.Version} cannot be run: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Class probabilities for spectrograms.</summary>
    /// <inheritdoc cref="Run"/>
    /// <returns>float32 [N,classes] in the order of the card's labels, each row summing to 1.</returns>
    public float[] Predict(Memory<byte> pixels, Memory<float> tabular = default, CancellationToken cancellationToken = default) =>
        Run([ModelSignature.Probabilities], pixels, tabular, cancellationToken)[0];

    /// <summary>The network's own answers, before the temperature and the softmax.</summary>
    /// <inheritdoc cref="Run"/>
    /// <returns>float32 [N,classes] in the order of the card's labels.</returns>
    public float[] PredictLogits(Memory<byte> pixels, Memory<float> tabular = default, CancellationToken cancellationToken = default) =>
        Run([ModelSignature.Logits], pixels, tabular, cancellationToken)[0];

    /// <summary>Outputs for spectrograms.</summary>
    /// <param name="outputs">Names of the signature's outputs.</param>
    /// <param name="pixels">uint8 [N,128,1292], row-major.</param>
    /// <param name="tabular">float32 [N,columns] for a model with a tabular branch, NaN = missing; empty when nothing is known.</param>
    /// <param name="cancellationToken">Ends the run between two nodes of the graph.</param>
    /// <returns>float32 [N,classes] for each of the outputs, in the order of the card's labels.</returns>
    public IReadOnlyList<float[]> Run(
        IReadOnlyList<string> outputs, Memory<byte> pixels, Memory<float> tabular = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using var ending = cancellationToken.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, options);
        try
        {
            return RunWith(options, outputs, pixels, tabular);
        }
        catch (OnnxRuntimeException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    public void Dispose() => _session.Dispose();

    private float[][] RunWith(RunOptions options, IReadOnlyList<string> outputs, Memory<byte> pixels, Memory<float> tabular)
    {
        long count = pixels.Length / SpectrogramFormat.Pixels;
        using var spectrograms = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, pixels, [count, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]);
        if (TabularColumns == 0)
        {
            using var answers = _session.Run(options, [ModelSignature.Spectrogram], [spectrograms], outputs);
            return ToArrays(answers);
        }

        var rows = tabular.IsEmpty ? Enumerable.Repeat(float.NaN, checked((int)count * TabularColumns)).ToArray() : tabular;
        using var features = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rows, [count, TabularColumns]);
        using var all = _session.Run(options, [ModelSignature.Spectrogram, ModelSignature.Tabular], [spectrograms, features], outputs);
        return ToArrays(all);
    }

    private static float[][] ToArrays(IReadOnlyList<OrtValue> outputs) => [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];

    private void CheckGolden()
    {
        var golden = Card.Golden;
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(golden.Png, pixels);
        var answer = Predict(pixels, golden.Tabular?.Select(value => value ?? float.NaN).ToArray());
        if (answer.Length != Card.Labels.Count || answer.Length != golden.Probabilities.Length)
        {
            throw new ModelCheckException(
                $"{Card.Model} version {Card.Version} answers {answer.Length} probabilities; its card has {Card.Labels.Count} labels "
                + $"and a golden answer of {golden.Probabilities.Length}.");
        }

        for (var i = 0; i < answer.Length; i++)
        {
            // Not "> tolerance": a probability that is not a number must not pass.
            var difference = Math.Abs(answer[i] - golden.Probabilities[i]);
            if (!(difference <= golden.Tolerance))
            {
                throw new ModelCheckException(FormattableString.Invariant(
                    $"{Card.Model} version {Card.Version} gives its golden spectrogram {answer[i]:g4} for {Card.Labels[i]}, its card says {golden.Probabilities[i]:g4}; a difference of {golden.Tolerance:g3} is allowed."));
            }
        }
    }
}
