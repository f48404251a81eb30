using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenreCloud.Client.Classify;

/// <summary>What a streaming service says of a track, for models with a tabular branch; null stands for what is not known.</summary>
public sealed record TrackFeatures
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>0 or 1.</summary>
    public int? Explicit { get; init; }

    /// <summary>0 = C to 11 = B.</summary>
    public int? Key { get; init; }

    /// <summary>0 = minor, 1 = major.</summary>
    public int? Mode { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Acousticness { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Danceability { get; init; }

    /// <summary>Milliseconds.</summary>
    public double? DurationMs { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Energy { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Instrumentalness { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Liveness { get; init; }

    /// <summary>dB, usually below 0.</summary>
    public double? Loudness { get; init; }

    /// <summary>How many.</summary>
    public double? NumSections { get; init; }

    /// <summary>0 to 100.</summary>
    public double? Popularity { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Speechiness { get; init; }

    /// <summary>Beats a minute.</summary>
    public double? Tempo { get; init; }

    /// <summary>Beats a bar.</summary>
    public double? TimeSignature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Valence { get; init; }
}
