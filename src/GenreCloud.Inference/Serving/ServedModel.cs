using GenreCloud.ModelRuntime;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Serving;

/// <summary>A model version that is served, shared by all requests. <see cref="ModelServer"/> decides how long it lives.</summary>
/// <param name="memoryBytes">What it takes of the process's memory, in bytes.</param>
internal sealed class ServedModel(LoadedModel model, long memoryBytes) : IDisposable
{
    public ModelCard Card => model.Card;

    public long MemoryBytes { get; } = memoryBytes;

    /// <inheritdoc cref="LoadedModel.TabularColumns"/>
    public int TabularColumns => model.TabularColumns;

    /// <summary>What measurements of this version carry.</summary>
    public KeyValuePair<string, object?>[] MeasurementTags { get; } = InferenceTelemetry.MeasurementTags(model.Card);

    /// <inheritdoc cref="LoadedModel.Run"/>
    public IReadOnlyList<float[]> Run(IReadOnlyList<string> outputs, Memory<byte> pixels, Memory<float> tabular, CancellationToken cancellationToken) =>
        model.Run(outputs, pixels, tabular, cancellationToken);

    public void Dispose() => model.Dispose();
}
