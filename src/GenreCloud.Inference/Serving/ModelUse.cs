using GenreCloud.Registry;

namespace GenreCloud.Inference.Serving;

/// <summary>A share in a loaded model version, which stays loaded until the share is disposed.</summary>
internal sealed class ModelUse(ServedModel model, Action release) : IDisposable
{
    private Action? _release = release;

    public ModelCard Card => model.Card;

    /// <inheritdoc cref="ServedModel.Predict"/>
    public float[] Predict(byte[] pixels)
    {
        ObjectDisposedException.ThrowIf(_release is null, this);
        return model.Predict(pixels);
    }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
