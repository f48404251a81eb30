using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Datasets.Tests;

public sealed class DatasetStoreTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_listed_when_it_is_complete_and_not_before()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        (await store.ListNamesAsync(Cancellation)).ShouldBeEmpty();

        var reservation = await store.ReserveVersionAsync("genres", "import-1", Cancellation);
        await using (var writer = store.CreateWriter(reservation, TestDataset.Options))
        {
            await writer.AddAsync(0);
            writer.Quarantine(new QuarantineEntry("x", "badCrc", "Damaged."));

            await ShouldNotBeListedAsync(store);
            await writer.CompleteAsync(Cancellation);
        }

        (await store.ListNamesAsync(Cancellation)).ShouldBe(["genres"]);
        (await store.ListVersionsAsync("genres", Cancellation)).ShouldBe([1]);
        (await store.FindLatestVersionAsync("genres", Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task A_version_whose_files_are_deleted_says_so_whatever_is_read()
    {
        var account = azurite.NewAccount();
        var reader = await (await TestDataset.CreateStoreAsync(account)).WriteAsync();
        var samples = await reader.ReadSamplesAsync(Cancellation);
        await account.Blobs.DeleteBlobContainerAsync(StorageNames.Containers.Datasets, cancellationToken: Cancellation);

        foreach (var read in (Func<Task>[])
            [() => reader.ReadSamplesAsync(Cancellation), () => reader.ReadPngAsync(samples[0], Cancellation), () => reader.OpenShardAsync(0, Cancellation)])
        {
            (await Should.ThrowAsync<DatasetException>(read)).Message.ShouldContain("'genres' version 1 is no longer there");
        }
    }

    [Fact]
    public async Task An_abandoned_version_is_never_listed_and_its_number_never_given_again()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        var abandoned = await store.ReserveVersionAsync("genres", "abandoned", Cancellation);
        await using (var writer = store.CreateWriter(abandoned, TestDataset.Options))
        {
            await writer.AddAsync(0);
        }

        await ShouldNotBeListedAsync(store);

        (await store.WriteAsync()).Manifest.Version.ShouldBe(2);
        (await store.ListVersionsAsync("genres", Cancellation)).ShouldBe([2]);
    }

    [Fact]
    public async Task Imports_that_race_get_numbers_of_their_own()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());

        var reservations = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.ReserveVersionAsync("genres", $"import-{i}", Cancellation)));

        reservations.Select(reservation => reservation.Version).Order().ShouldBe(Enumerable.Range(1, 8));
    }

    [Fact]
    public async Task Versions_are_ordered_by_number_and_names_do_not_mix()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        for (var i = 1; i < 9; i++)
        {
            await store.ReserveVersionAsync("genres", $"none-{i}", Cancellation);
        }

        await store.WriteAsync("genres");
        await store.WriteAsync("genres");
        await store.WriteAsync("genres-2");

        (await store.ListVersionsAsync("genres", Cancellation)).ShouldBe([9, 10]);
        (await store.FindLatestVersionAsync("genres", Cancellation)).ShouldBe(10);
        (await store.ListNamesAsync(Cancellation)).ShouldBe(["genres", "genres-2"]);
    }

    [Fact]
    public async Task A_complete_version_cannot_be_written_again()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        var reservation = await store.ReserveVersionAsync("genres", "import-1", Cancellation);
        await using var first = store.CreateWriter(reservation, TestDataset.Options);
        await using var second = store.CreateWriter(reservation, TestDataset.Options);
        await first.AddAsync(0);
        await first.CompleteAsync(Cancellation);
        await second.AddAsync(1);

        (await Should.ThrowAsync<DatasetException>(() => second.CompleteAsync(Cancellation))).Message.ShouldContain("reserve a new version");

        var dataset = (await store.FindAsync("genres", 1, Cancellation)).ShouldNotBeNull();
        var sample = (await dataset.ReadSamplesAsync(Cancellation)).ShouldHaveSingleItem();
        (await dataset.ReadPngAsync(sample, Cancellation)).ShouldBe(TestDataset.Png(0));
    }

    [Fact]
    public async Task Two_writers_of_the_same_content_write_one_version()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        var reservation = await store.ReserveVersionAsync("genres", "import-1", Cancellation);
        await using var first = store.CreateWriter(reservation, TestDataset.Options);
        await using var second = store.CreateWriter(reservation, TestDataset.Options);
        await first.AddAsync(0);
        await second.AddAsync(0);

        var manifests = await Task.WhenAll(first.CompleteAsync(Cancellation), second.CompleteAsync(Cancellation));

        manifests[1].ToJson().ShouldBe(manifests[0].ToJson());
    }

    [Fact]
    public async Task An_import_that_begins_again_finds_its_number_until_its_version_is_complete()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        var first = await store.ReserveVersionAsync("genres", "import-1", Cancellation);
        await store.ReserveVersionAsync("genres", "import-2", Cancellation);

        (await store.ReserveVersionAsync("genres", "import-1", Cancellation)).ShouldBe(first);

        await using var writer = store.CreateWriter(first, TestDataset.Options);
        await writer.AddAsync(0);
        await writer.CompleteAsync(Cancellation);
        (await store.ReserveVersionAsync("genres", "import-1", Cancellation)).Version.ShouldBe(3);
    }

    [Fact]
    public async Task Shards_of_several_writers_and_of_another_version_make_one_version()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        var present = await store.WriteAsync();
        var reservation = await store.ReserveVersionAsync("genres", "import-2", Cancellation);
        var copied = await store.CopyShardAsync(reservation, 1, present.Manifest.Shards[1], 0, Cancellation);
        var again = await store.CopyShardAsync(reservation, 1, present.Manifest.Shards[1], 0, Cancellation);
        await using var left = store.OpenShard(reservation, 1);
        await using var right = store.OpenShard(reservation, 1);
        var location = await left.AddAsync("s6", TestDataset.Png(6), Cancellation);
        await right.AddAsync("s6", TestDataset.Png(6), Cancellation);
        var shard = (await left.CompleteAsync(Cancellation)).ShouldHaveSingleItem();
        (await right.CompleteAsync(Cancellation)).ShouldHaveSingleItem().ShouldBe(shard);
        Sample[] samples =
        [
            .. (await present.ReadSamplesAsync(Cancellation)).Where(sample => sample.Shard == 1).Select(sample => sample with { Shard = 0 }),
            new Sample(TestDataset.Description(6)) { Shard = location.Shard, Offset = location.Offset, Length = location.Length, Flags = [SampleFlag.Silent] },
        ];

        var manifest = await store.CompleteAsync(
            reservation,
            TestDataset.Options with { BaseVersion = 1 },
            new DatasetContent { Shards = [copied, shard], Samples = samples, Quarantine = AsyncEnumerable.Empty<QuarantineEntry>() },
            Cancellation);

        again.ShouldBe(copied);
        (manifest.BaseVersion, manifest.Samples).ShouldBe((1, samples.Length));
        manifest.Flagged.ShouldBe(new Dictionary<string, int> { ["silent"] = 1 });
        var dataset = (await store.FindAsync("genres", reservation.Version, Cancellation)).ShouldNotBeNull();
        foreach (var sample in await dataset.ReadSamplesAsync(Cancellation))
        {
            (await dataset.ReadPngAsync(sample, Cancellation)).ShouldBe(TestDataset.Png(int.Parse(sample.Id[1..], CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public async Task An_empty_version_is_refused()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        await using var writer = store.CreateWriter(await store.ReserveVersionAsync("genres", "import-1", Cancellation), TestDataset.Options);

        (await Should.ThrowAsync<DatasetException>(() => writer.CompleteAsync(Cancellation))).Message.ShouldContain("quarantine");
    }

    [Fact]
    public async Task Two_samples_of_one_id_are_refused()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        await using var writer = store.CreateWriter(await store.ReserveVersionAsync("genres", "import-1", Cancellation), TestDataset.Options);
        await writer.AddAsync(0);

        await Should.ThrowAsync<ArgumentException>(() => writer.AddAsync(0));
    }

    [Fact]
    public async Task The_manifest_describes_what_was_written()
    {
        var account = azurite.NewAccount();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var dataset = await (await TestDataset.CreateStoreAsync(account, time)).WriteAsync();

        var manifest = dataset.Manifest;
        manifest.Labels.ShouldBe(["jazz", "rock"]);
        manifest.SamplesPerLabel.ShouldBe(new Dictionary<string, int> { ["jazz"] = 4, ["rock"] = 3 }, ignoreOrder: true);
        manifest.Samples.ShouldBe(TestDataset.Samples);
        manifest.MajorityClassAccuracy.ShouldBe(4 / 7.0);
        manifest.Created.ShouldBe(time.GetUtcNow());
        manifest.Tabular.ShouldBe([new TabularColumn("tempo", 4, 3, 103, Math.Sqrt(5), 100, 106)]);
        manifest.Shards.Count.ShouldBeGreaterThan(1);
        manifest.Shards.Sum(shard => shard.Samples).ShouldBe(TestDataset.Samples);
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets);
        foreach (var shard in manifest.Shards)
        {
            var bytes = (await container.GetBlobClient($"genres/1/{shard.File}").DownloadContentAsync(Cancellation)).Value.Content.ToArray();
            bytes.Length.ShouldBe((int)shard.Bytes);
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(shard.Sha256);
        }

        var json = (await container.GetBlobClient("genres/1/manifest.json").DownloadContentAsync(Cancellation)).Value.Content.ToArray();
        dataset.ManifestSha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(json)));
    }

    [Fact]
    public async Task Values_that_could_not_be_read_are_counted_by_column()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());
        await using var writer = store.CreateWriter(await store.ReserveVersionAsync("genres", "import-1", Cancellation), TestDataset.Options);
        await writer.AddAsync(0);

        writer.CountUnreadable("tempo");
        writer.CountUnreadable("key");
        writer.CountUnreadable("tempo");

        (await writer.CompleteAsync(Cancellation)).UnreadableValues.ShouldBe(new Dictionary<string, int> { ["key"] = 1, ["tempo"] = 2 });
    }

    [Fact]
    public async Task Every_sample_can_be_read_alone_by_its_range()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();

        var samples = await dataset.ReadSamplesAsync(Cancellation);

        samples.Select(sample => sample.Id).ShouldBe(Enumerable.Range(0, TestDataset.Samples).Select(i => $"s{i}"));
        foreach (var (index, sample) in samples.Index())
        {
            var pixels = new byte[SpectrogramFormat.Pixels];
            SpectrogramPng.Read(await dataset.ReadPngAsync(sample, Cancellation), pixels);
            pixels.ShouldBe(TestDataset.Pixels(index));
            sample.PixelsSha256.ShouldBe(Sample.HashPixels(pixels));
            sample.Artists.ShouldBe(TestDataset.Description(index).Artists);
        }
    }

    [Fact]
    public async Task A_shard_can_be_read_in_sequence()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();
        var names = new List<string>();
        for (var shard = 0; shard < dataset.Manifest.Shards.Count; shard++)
        {
            await using var reader = new TarReader(await dataset.OpenShardAsync(shard, Cancellation));
            while (await reader.GetNextEntryAsync(cancellationToken: Cancellation) is { } entry)
            {
                names.Add(entry.Name);
            }
        }

        names.ShouldBe(Enumerable.Range(0, TestDataset.Samples).Select(i => $"s{i}.png"));
    }

    [Fact]
    public async Task The_quarantine_keeps_its_entries_and_counts_them_by_reason()
    {
        var account = azurite.NewAccount();
        var store = await TestDataset.CreateStoreAsync(account);
        QuarantineEntry[] entries = [new("a/1.png", "badCrc", "Damaged."), new("2.png", "noLabel", "\"r&b\"\nor not"), new("3.png", "badCrc", "Damaged.")];
        await using (var writer = store.CreateWriter(await store.ReserveVersionAsync("genres", "import-1", Cancellation), TestDataset.Options))
        {
            await writer.AddAsync(0);
            foreach (var entry in entries)
            {
                writer.Quarantine(entry);
            }

            await writer.CompleteAsync(Cancellation);
        }

        var dataset = (await store.FindAsync("genres", 1, Cancellation)).ShouldNotBeNull();

        dataset.Manifest.Quarantined.ShouldBe(new Dictionary<string, int> { ["badCrc"] = 2, ["noLabel"] = 1 }, ignoreOrder: true);
        (await dataset.ReadQuarantineAsync(Cancellation).ToListAsync(Cancellation)).ShouldBe(entries);
    }

    [Fact]
    public async Task A_version_without_bad_entries_has_an_empty_quarantine()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();

        (await dataset.ReadQuarantineAsync(Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_table_of_samples_is_refused()
    {
        var account = azurite.NewAccount();
        var dataset = await (await TestDataset.CreateStoreAsync(account)).WriteAsync();
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient("genres/1/samples.parquet")
            .UploadAsync(BinaryData.FromString("other"), overwrite: true, Cancellation);

        await Should.ThrowAsync<DatasetException>(() => dataset.ReadSamplesAsync(Cancellation));
    }

    [Fact]
    public async Task A_manifest_of_a_newer_program_is_refused()
    {
        var account = azurite.NewAccount();
        var store = await TestDataset.CreateStoreAsync(account);
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient("genres/1/manifest.json")
            .UploadAsync(BinaryData.FromBytes(Encoding.UTF8.GetBytes("""{"schemaVersion":99}""")), Cancellation);

        (await Should.ThrowAsync<DatasetException>(() => store.FindAsync("genres", 1, Cancellation))).Message.ShouldContain("newer");
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        var store = await TestDataset.CreateStoreAsync(azurite.NewAccount());

        (await store.FindAsync("genres", 1, Cancellation)).ShouldBeNull();
        (await store.FindLatestVersionAsync("genres", Cancellation)).ShouldBeNull();
        await Should.ThrowAsync<ArgumentException>(() => store.FindAsync("../runs", 1, Cancellation));
    }

    private static async Task ShouldNotBeListedAsync(DatasetStore store)
    {
        (await store.ListNamesAsync(Cancellation)).ShouldBeEmpty();
        (await store.ListVersionsAsync("genres", Cancellation)).ShouldBeEmpty();
        (await store.FindAsync("genres", 1, Cancellation)).ShouldBeNull();
    }
}
