using GenreCloud.Client.Imports;
using GenreCloud.Dashboard.Imports;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Dashboard.Tests.Imports;

public sealed class ImportStageTests
{
    private static readonly ImportProgress Nothing = new(0, null, 0, 0, 0, 0, 0, 0, new Dictionary<string, int>(), 0, 0, null);

    [Fact]
    public void Staging_tells_bytes_rate_and_time()
    {
        var time = new FakeTimeProvider();
        var rate = new TransferRate(time);
        rate.Add(0);
        time.Advance(TimeSpan.FromSeconds(2));
        rate.Add(20_000_000);

        var stage = ImportStage.Of(ImportStatus.Staging, Nothing with { StagedBytes = 20_000_000, SourceBytes = 120_000_000 }, rate);

        stage.ShouldBe(new ImportStage("Staging", 1 / 6.0, "20.0 MB of 120 MB", "10.0 MB/s", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_source_that_does_not_tell_its_size_has_no_part() =>
        ImportStage.Of(ImportStatus.Staging, Nothing with { StagedBytes = 1500 }).ShouldBe(new ImportStage("Staging", null, "1.50 kB", null, null));

    [Fact]
    public void Reading_tells_pictures_rates_and_time() =>
        ImportStage.Of(
            ImportStatus.Reading,
            Nothing with { Entries = 1200, TotalEntries = 40_000, Bytes = 30, TotalBytes = 120, EntriesPerSecond = 340.7, BytesPerSecond = 34_000_000, SecondsLeft = 114 })
            .ShouldBe(new ImportStage("Reading", 0.25, "1,200 of 40,000 pictures", "340 pictures/s, 34.0 MB/s", TimeSpan.FromSeconds(114)));

    [Fact]
    public void A_completed_one_tells_what_came_of_it() =>
        ImportStage.Of(ImportStatus.Completed, Nothing with { Imported = 120, Quarantined = 3 }).Done.ShouldBe("120 pictures imported, 3 quarantined");
}
