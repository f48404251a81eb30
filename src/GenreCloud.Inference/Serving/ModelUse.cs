using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Serving;

/// <summary>A share in a loaded model version, which stays loaded until the share is disposed. For one request, which predicts one thing after another.</summary>
/// <param name="model">The version.</param>
/// <param name="asked">When the share was asked for; what its first run waited for began then.</param>
/// <param name="release">Gives the share back.</param>
/// <param name="time">Measures predictions.</param>
internal sealed class ModelUse(ServedModel model, long asked, Action release, TimeProvider time) : IDisposable
{
    private static readonly string[] Probabilities = [ModelSignature.Probabilities];

    private Action? _release = release;
    private long _waitingSince = asked;

    public ModelCard Card => model.Card;

    /// <summary>Is told of every run: the spectrogram, its features, its probabilities, and how long it took.</summary>
    public Action<Memory<byte>, Memory<float>, float[], TimeSpan>? Answered { get; set; }

    /// <inheritdoc cref="ServedModel.TabularColumns"/>
    public int TabularColumns => model.TabularColumns;

    /// <summary>Class probabilities for one spectrogram.</summary>
    /// <inheritdoc cref="ServedModel.Run"/>
    /// <returns>float32 [1,classes] in the order of the card's labels, summing to 1.</returns>
    public float[] Predict(Memory<byte> pixels, Memory<float> tabular = default, CancellationToken cancellationToken = default) =>
        Run(Probabilities, pixels, tabular, cancellationToken)[0];

    /// <summary>One run of the model over one spectrogram: on a CPU larger batches gain nothing and take their multiple of memory.</summary>
    /// <inheritdoc cref="ServedModel.Run"/>
    /// <param name="parent">The span that it belongs to, where that is not the current one.</param>
    public IReadOnlyList<float[]> Run(
        IReadOnlyList<string> outputs, Memory<byte> pixels, Memory<float> tabular, CancellationToken cancellationToken, ActivityContext parent = default)
    {
        ObjectDisposedException.ThrowIf(_release is null, this);
        using var span = InferenceTelemetry.StartPredict(model.Card, parent);
        try
        {
            // Who watches wants probabilities, whatever the client does.
            IReadOnlyList<string> computed = Answered is null || outputs.Contains(ModelSignature.Probabilities) ? outputs : [.. outputs, ModelSignature.Probabilities];
            var started = time.GetTimestamp();
            var answers = model.Run(computed, pixels, tabular, cancellationToken);
            var ended = time.GetTimestamp();
            InferenceTelemetry.RecordPrediction(
                model.MeasurementTags,
                time.GetElapsedTime(_waitingSince, started),
                time.GetElapsedTime(started, ended),
                batchSize: pixels.Length / SpectrogramFormat.Pixels);
            _waitingSince = ended;
            Answered?.Invoke(pixels, tabular, answers[computed.Index().First(output => output.Item == ModelSignature.Probabilities).Index], time.GetElapsedTime(started, ended));
            return computed.Count == outputs.Count ? answers : [.. answers.Take(outputs.Count)];
        }
        catch (Exception exception)
        {
            span?.Fail(exception);
            throw;
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
