namespace GenreCloud.Inference.Monitoring;

/// <summary>What was counted of a model version, by all replicas together.</summary>
internal sealed record MonitorDocument
{
    /// <summary>How many hours are kept apart: those of a day.</summary>
    private const int HoursApart = 24;

    /// <summary>After so long no replica tries to write the same counts again.</summary>
    private static readonly TimeSpan WriterRetention = TimeSpan.FromDays(1);

    /// <summary>When the first spectrogram was counted.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The last 24 hours, the oldest first; those without counts are left out.</summary>
    public IReadOnlyList<HourCounts> Hours { get; init; } = [];

    /// <summary>[statistic][bin] of all hours before; null for none.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? Earlier { get; init; }

    /// <summary>
    /// What was added last, by replica: a write whose answer was lost is made again, and must not count twice.
    /// </summary>
    public IReadOnlyDictionary<string, MonitorWrite> Writers { get; init; } = new Dictionary<string, MonitorWrite>();

    /// <summary>The hours of the day that ends now.</summary>
    public static DateTimeOffset DayBegin(DateTimeOffset now) => HourOf(now).AddHours(1 - HoursApart);

    public static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    /// <summary>With what a replica has counted.</summary>
    /// <param name="present">Null for none.</param>
    /// <param name="batch">What it counted since its last one.</param>
    /// <param name="sum">Adds up counts of the same bins.</param>
    /// <returns>The very document that is present where it has the batch already.</returns>
    public static MonitorDocument Add(
        MonitorDocument? present,
        string writer,
        CountedBatch batch,
        Func<IEnumerable<IReadOnlyList<IReadOnlyList<long>>>, IReadOnlyList<IReadOnlyList<long>>> sum,
        DateTimeOffset now)
    {
        if (present?.Writers.GetValueOrDefault(writer) is { } last && last.Number >= batch.Number)
        {
            return present;
        }

        var begin = DayBegin(now);
        var hours = (present?.Hours ?? []).Concat(batch.Hours).GroupBy(hour => hour.Hour).OrderBy(hour => hour.Key).ToLookup(hour => hour.Key >= begin);
        return new MonitorDocument
        {
            Since = present?.Since ?? batch.Since,
            Hours = [.. hours[true].Select(hour => new HourCounts(hour.Key, sum(hour.Select(other => other.Counts))))],
            Earlier = hours[false].Any() || present?.Earlier is not null
                ? sum([.. hours[false].SelectMany(hour => hour).Select(hour => hour.Counts), .. present?.Earlier is { } earlier ? [earlier] : (IReadOnlyList<IReadOnlyList<long>>[])[]])
                : null,
            Writers = (present?.Writers ?? new Dictionary<string, MonitorWrite>())
                .Where(entry => entry.Key != writer && now - entry.Value.At < WriterRetention)
                .Append(KeyValuePair.Create(writer, new MonitorWrite(batch.Number, now)))
                .ToDictionary(),
        };
    }
}

/// <summary>Counts of an hour.</summary>
/// <param name="Hour">Its beginning, UTC.</param>
/// <param name="Counts">[statistic][bin].</param>
internal sealed record HourCounts(DateTimeOffset Hour, IReadOnlyList<IReadOnlyList<long>> Counts);

/// <summary>What a replica added last.</summary>
/// <param name="Number">Of its batches, from 1.</param>
/// <param name="At">When.</param>
internal sealed record MonitorWrite(long Number, DateTimeOffset At);

/// <summary>What a replica counted between two writes.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Since">When the first of it was counted.</param>
internal sealed record CountedBatch(long Number, DateTimeOffset Since, IReadOnlyList<HourCounts> Hours);
