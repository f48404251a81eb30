using GenreCloud.Inference.Monitoring;

namespace GenreCloud.Inference.Tests.Monitoring;

public sealed class MonitorDocumentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Replicas_are_added_up_hour_by_hour_and_no_batch_twice()
    {
        var first = Add(null, "a", 1, Noon, (Noon, 3));
        var both = Add(first, "b", 1, Noon, (Noon, 4), (Noon.AddHours(-1), 1));

        Add(both, "a", 1, Noon, (Noon, 3)).ShouldBeSameAs(both);
        var again = Add(both, "a", 2, Noon, (Noon, 5));

        Hours(first).ShouldBe([(Noon, 3)]);
        Hours(both).ShouldBe([(Noon.AddHours(-1), 1), (Noon, 7)]);
        Hours(again).ShouldBe([(Noon.AddHours(-1), 1), (Noon, 12)]);
        again.Earlier.ShouldBeNull();
    }

    [Fact]
    public void What_is_older_than_a_day_is_counted_together()
    {
        var document = Add(null, "a", 1, Noon, (Noon, 3));
        document = Add(document, "a", 2, Noon.AddHours(23), (Noon.AddHours(23), 10));
        Hours(document).ShouldBe([(Noon, 3), (Noon.AddHours(23), 10)]);

        document = Add(document, "a", 3, Noon.AddHours(24), (Noon.AddHours(24), 20));
        document.Earlier.ShouldNotBeNull()[0][0].ShouldBe(3);
        document = Add(document, "a", 4, Noon.AddHours(47), (Noon.AddHours(47), 40));

        Hours(document).ShouldBe([(Noon.AddHours(24), 20), (Noon.AddHours(47), 40)]);
        document.Earlier.ShouldNotBeNull()[0][0].ShouldBe(13);
        document.Since.ShouldBe(Noon);
    }

    [Fact]
    public void A_replica_that_has_not_written_for_a_day_is_forgotten_and_its_counts_are_not()
    {
        var document = Add(Add(null, "a", 1, Noon, (Noon, 3)), "b", 1, Noon.AddDays(1), (Noon.AddDays(1), 4));

        document.Writers.Keys.ShouldBe(["b"]);
        document.Earlier.ShouldNotBeNull()[0][0].ShouldBe(3);
    }

    private static IEnumerable<(DateTimeOffset, long)> Hours(MonitorDocument document) => document.Hours.Select(hour => (hour.Hour, hour.Counts[0][0]));

    private static MonitorDocument Add(MonitorDocument? present, string writer, long number, DateTimeOffset now, params (DateTimeOffset Hour, long Count)[] hours) =>
        MonitorDocument.Add(
            present,
            writer,
            new CountedBatch(number, now, [.. hours.Select(hour => new HourCounts(hour.Hour, [[hour.Count]]))]),
            all => [[all.Sum(counts => counts[0][0])]],
            now);
}
