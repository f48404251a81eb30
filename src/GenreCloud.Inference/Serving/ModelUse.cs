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

    /// <summary>Is told of every run: the spectrogram, its features, the first of the outputs, and how long it took.</summary>
    public Action<Memory<byte>, Memory<float>, float[], TimeSpan>? Answered { get; init; }

    /// <inheritdoc cref="ServedModel.TabularColumns"/>
    public int TabularColumns => model.TabularColumns;

    /// <summary>Class probabilities for one spectrogram or several, in runs of one each: on a CPU larger ones gain nothing and take their multiple of memory.</summary>
    /// <inheritdoc cref="ServedModel.Run"/>
    /// <returns>float32 [N,classes] in the order of the card's labels, each row summing to 1.</returns>
    public float[] Predict(Memory<byte> pixels, Memory<float> tabular = default, CancellationToken cancellationToken = default)
    {
        var count = pixels.Length / SpectrogramFormat.Pixels;
        var all = new float[count * Card.Labels.Count];
        for (var index = 0; index < count; index++)
        {
            var row = tabular.IsEmpty ? tabular : tabular.Slice(index * TabularColumns, TabularColumns);
            Run(Probabilities, pixels.Slice(index * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels), row, cancellationToken)[0]
                .CopyTo(all, index * Card.Labels.Count);
        }

        return all;
    }

    /// <summary>One run of the model.</summary>
    /// <inheritdoc cref="ServedModel.Run"/>
    /// <param name="parent">The span that it belongs to, where that is not the current one.</param>
    public IReadOnlyList<float[]> Run(
        IReadOnlyList<string> outputs, Memory<byte> pixels, Memory<float> tabular, CancellationToken cancellationToken, ActivityContext parent = default)
    {
        ObjectDisposedException.ThrowIf(_release is null, this);
        using var span = InferenceTelemetry.StartPredict(model.Card, parent);
        try
        {
            var started = time.GetTimestamp();
            var answers = model.Run(outputs, pixels, tabular, cancellationToken);
            var ended = time.GetTimestamp();
            InferenceTelemetry.RecordPrediction(
                model.MeasurementTags,
                time.GetElapsedTime(_waitingSince, started),
                time.GetElapsedTime(started, ended),
                batchSize: pixels.Length / SpectrogramFormat.Pixels);
            _waitingSince = ended;
            Answered?.Invoke(pixels, tabular, answers[0], time.GetElapsedTime(started, ended));
            return answers;
        }
        catch (Exception exception)
        {
            span?.Fail(exception);
            throw;
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
