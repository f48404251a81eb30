using GenreCloud.ModelRuntime;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Serving;

/// <summary>A model version that is served, shared by all requests. <see cref="ModelServer"/> decides how long it lives.</summary>
internal sealed class ServedModel(LoadedModel model) : IDisposable
{
    public ModelCard Card => model.Card;

    /// <summary>What measurements of this version carry.</summary>
    public KeyValuePair<string, object?>[] MeasurementTags { get; } = InferenceTelemetry.MeasurementTags(model.Card);

    /// <inheritdoc cref="LoadedModel.Predict"/>
    public float[] Predict(byte[] pixels, float[]? tabular = null) => model.Predict(pixels, tabular);

    public void Dispose() => model.Dispose();
}
