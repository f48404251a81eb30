using System.ComponentModel;

namespace GenreCloud.Training.Runs;

/// <summary>The model version that a run is to start from.</summary>
public sealed record StartFromRequest
{
    [Description("A registered model.")]
    public string? Model { get; init; }

    [Description("Its version; the one in production unless given.")]
    public int? Version { get; init; }
}
