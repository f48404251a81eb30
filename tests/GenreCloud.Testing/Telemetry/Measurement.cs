using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GenreCloud.Testing;

/// <summary>What an instrument recorded.</summary>
/// <param name="Trace">The trace in which it was recorded; default outside of any.</param>
public sealed record Measurement(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags, ActivityTraceId Trace)
{
    public override string ToString() =>
        FormattableString.Invariant($"{Instrument.Name} = {Value} {{{string.Join(", ", Tags.Select(tag => $"{tag.Key}={tag.Value}"))}}}");
}
