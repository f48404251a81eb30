namespace GenreCloud.Registry;

/// <summary>A line of history.jsonl.</summary>
/// <param name="From">The version before; null when the alias was new.</param>
/// <param name="Who">Person or service.</param>
/// <param name="Why">A sentence.</param>
public sealed record AliasChange(DateTimeOffset At, string Alias, int? From, int To, string Who, string? Why);
