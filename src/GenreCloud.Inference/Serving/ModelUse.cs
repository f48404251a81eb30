using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Serving;

/// <summary>A share in a loaded model version, which stays loaded until the share is disposed.</summary>
/// <param name="model">The version.</param>
/// <param name="waited">How long the share was waited for.</param>
/// <param name="release">Gives the share back.</param>
/// <param name="time">Measures predictions.</param>
internal sealed class ModelUse(ServedModel model, TimeSpan waited, Action release, TimeProvider time) : IDisposable
{
    private Action? _release = release;

    public ModelCard Card => model.Card;

    /// <inheritdoc cref="ServedModel.Predict"/>
    public float[] Predict(byte[] pixels, float[]? tabular = null)
    {
        ObjectDisposedException.ThrowIf(_release is null, this);
        using var span = InferenceTelemetry.StartPredict(model.Card);
        try
        {
            var started = time.GetTimestamp();
            var probabilities = model.Predict(pixels, tabular);
            InferenceTelemetry.RecordPrediction(
                model.MeasurementTags, waited, time.GetElapsedTime(started), batchSize: pixels.Length / SpectrogramFormat.Pixels);
            return probabilities;
        }
        catch (Exception exception)
        {
            span?.Fail(exception);
            throw;
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
