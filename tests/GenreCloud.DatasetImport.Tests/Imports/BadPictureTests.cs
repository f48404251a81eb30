using System.Net.Http.Json;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>Pictures that are no spectrograms go to the quarantine with a reason; the others are imported.</summary>
public sealed class BadPictureTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_bad_picture_is_quarantined_with_its_reason_and_the_good_one_is_imported()
    {
        var good = TestPng.Spectrogram(1);
        var badCrc = (byte[])good.Clone();
        badCrc[^20] ^= 1;
        var zip = new SourceZip()
            .Track("good", "rock", good)
            .Track("cut-off", "rock", good[..(good.Length / 2)])
            .Track("bad-crc", "rock", badCrc)
            .Track("no-png", "rock", [.. "GIF89a"u8])
            .Track("empty", "rock", [])
            .Track("other-size", "rock", GrayPng.Encode(new byte[64 * 64], 64, 64))
            .Track("huge-header", "rock", TestPng.Gray(100_000, 100_000, rows: 128))
            .Track("too-few-rows", "rock", TestPng.Gray(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, rows: 100))
            .Track("too-many-rows", "rock", TestPng.Gray(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, rows: 200))
            .Track("too-large", "rock", new byte[(1 << 20) + 1])
            .ToBytes();

        var manifest = await _host.ImportAsync("bad-pictures", zip);

        manifest.Samples.ShouldBe(1);
        var quarantine = await _host.GetQuarantineAsync("bad-pictures", 1);
        quarantine.Select(entry => (entry.Entry, entry.Reason)).ShouldBe(
        [
            ("rock/c/cut-off.png", "truncated"),
            ("rock/b/bad-crc.png", "badCrc"),
            ("rock/n/no-png.png", "notPng"),
            ("rock/e/empty.png", "notPng"),
            ("rock/o/other-size.png", "wrongSize"),
            ("rock/h/huge-header.png", "wrongSize"),
            ("rock/t/too-few-rows.png", "badData"),
            ("rock/t/too-many-rows.png", "badData"),
            ("rock/t/too-large.png", "tooLarge"),
        ]);
        quarantine.ShouldAllBe(entry => entry.Message.Length > 10);
        manifest.Quarantined.Values.Sum().ShouldBe(9);
        manifest.Quarantined["wrongSize"].ShouldBe(2);
    }

    [Fact]
    public async Task Other_kinds_of_png_are_converted_to_the_same_pixels()
    {
        var zip = new SourceZip().Track("rgb", "rock", TestPng.Rgb(5)).Track("gray16", "rock", TestPng.Gray16(6)).ToBytes();

        var manifest = await _host.ImportAsync("converted", zip);

        manifest.Samples.ShouldBe(2);
        var samples = (await _host.Client.GetFromJsonAsync<Sample[]>("/api/datasets/converted/1/samples", GenreCloudJson.Options, CancellationToken))!;
        samples.Select(sample => sample.PixelsSha256).ShouldBe([Sample.HashPixels(TestPng.Pixels(5)), Sample.HashPixels(TestPng.Pixels(6))]);
        (await _host.Client.GetByteArrayAsync(new Uri("/api/datasets/converted/1/samples/rgb.png", UriKind.Relative), CancellationToken))
            .ShouldBe(TestPng.Spectrogram(5));
    }

    [Fact]
    public async Task An_entry_whose_compressed_data_are_damaged_is_quarantined()
    {
        var zip = SourceZip.WithTracks(2, "rock").Entry("rock/x/x.png", TestPng.Spectrogram(9)).Row("x", "rock").ToBytes(compressed: true);
        var damaged = zip.AsSpan().IndexOf("rock/t/track0.png"u8) + "rock/t/track0.png".Length;
        zip.AsSpan(damaged, 2000).Fill(0xFF);

        var manifest = await _host.ImportAsync("damaged-entry", zip);

        manifest.Samples.ShouldBe(2);
        (await _host.GetQuarantineAsync("damaged-entry", 1)).ShouldHaveSingleItem().Reason.ShouldBe("damagedEntry");
    }

    [Fact]
    public async Task Ids_on_one_side_only_and_duplicates_are_quarantined()
    {
        var zip = SourceZip.WithTracks(2, "rock")
            .Entry("folk/t/track0.png", TestPng.Spectrogram(7))
            .Entry("folk/o/orphan.png", TestPng.Spectrogram(8))
            .Entry("folk/s/..png", TestPng.Spectrogram(9))
            .Entry("__MACOSX/rock/t/._track0.png", "resource fork")
            .Row("track1", "jazz")
            .Row("track1", "rock")
            .Row("", "jazz")
            .Row("no-label", "")
            .Row("no-picture", "jazz")
            .ToBytes();

        var manifest = await _host.ImportAsync("one-side", zip);

        manifest.Samples.ShouldBe(2);
        manifest.Labels.ShouldBe(["rock"]);
        var csv = SourceZip.LabelsName;
        (await _host.GetQuarantineAsync("one-side", 1)).Select(entry => (entry.Entry, entry.Reason)).ShouldBe(
        [
            ("folk/t/track0.png", "duplicateImage"),
            ("folk/o/orphan.png", "noLabel"),
            ("folk/s/..png", "badId"),
            ($"{csv} row 3", "conflictingLabel"),
            ($"{csv} row 4", "duplicateRow"),
            ($"{csv} row 5", "incompleteRow"),
            ($"{csv} row 6", "incompleteRow"),
            ("no-picture", "noImage"),
        ]);
    }
}
