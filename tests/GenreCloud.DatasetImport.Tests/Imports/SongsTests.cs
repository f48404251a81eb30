using System.Text.Json;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>Profile audio: folders of songs become spectrograms.</summary>
public sealed class SongsTests(AzuriteFixture azurite)
{
    /// <summary>Of the pixels, those that may differ by more than one grey level: decoders do.</summary>
    private const double ShareThatMayDiffer = 0.001;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Songs_in_folders_become_spectrograms_and_what_is_no_song_is_quarantined()
    {
        var clips = SharedData.Require("clips");
        Prerequisite.Ffmpeg();
        using var described = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(clips, "expected.json"), CancellationToken));
        var zip = new SourceZip();
        foreach (var file in Directory.GetFiles(clips).Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            var genre = described.RootElement.TryGetProperty(name, out var clip) ? clip.GetProperty("genre").GetString()!.TrimStart('(').Split('-')[0] : "bad";
            zip.Entry($"songs/{genre}/{name}", await File.ReadAllBytesAsync(file, CancellationToken));
        }

        await using var host = await ImportService.StartAsync(azurite.NewAccount());
        var manifest = await host.ImportAsync("songs", zip.Entry("songs/readme.txt", "not a song").ToBytesWithoutLabels(), "audio");

        manifest.Samples.ShouldBe(12);
        manifest.Labels.ShouldBe(["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"]);
        manifest.Quarantined.Values.Sum().ShouldBe(4);
        manifest.Quarantined["empty"].ShouldBe(1);
        manifest.Quarantined["silent"].ShouldBe(1);
        manifest.Quarantined["unsupportedFormat"].ShouldBe(1);
        foreach (var clip in described.RootElement.EnumerateObject().Where(clip => clip.Value.GetProperty("frames").GetInt32() == SpectrogramFormat.Frames))
        {
            var expected = await File.ReadAllBytesAsync(Path.Combine(clips, "expected", $"{clip.Name}.png"), CancellationToken);
            var id = Path.GetFileNameWithoutExtension(clip.Name);
            var png = await host.Client.GetByteArrayAsync(new Uri($"/api/datasets/songs/1/samples/{id}.png", UriKind.Relative), CancellationToken);
            ShareOfDifferent(PixelsOf(png), PixelsOf(expected)).ShouldBeLessThan(ShareThatMayDiffer, clip.Name);
        }
    }

    [Fact]
    public void A_song_has_the_label_of_its_folder_whatever_its_format()
    {
        var profile = (FoldersProfile)ImportProfile.Named("audio");

        var pictures = profile.FindPictures(["gtzan/blues/blues.00000.wav", "gtzan/jazz/So What.MP3", "gtzan/jazz/cover.png", "gtzan/jazz/take.five.flac"]);

        pictures.Select(picture => picture.Id).ShouldBe(["blues_00000", "So_What", "take_five"]);
        profile.ReadLabels(pictures).Rows.Values.Select(row => row.Label).ShouldBe(["blues", "jazz", "jazz"]);
    }

    [Fact]
    public async Task An_archive_without_songs_is_refused_with_the_formats_that_there_are()
    {
        await using var host = await ImportService.StartAsync(azurite.NewAccount());

        var error = await host.FailToImportAsync("pictures", SourceZip.WithTracks(2, "rock", "jazz").ToBytesWithoutLabels(), "audio");

        error.Title.ShouldBe("The zip has no songs");
        error.Detail.ShouldContain(".wav or .mp3 or .flac or .ogg or .opus or .m4a");
    }

    private static byte[] PixelsOf(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);
        return pixels;
    }

    private static double ShareOfDifferent(byte[] pixels, byte[] expected) =>
        pixels.Zip(expected).Count(pair => Math.Abs(pair.First - pair.Second) > 1) / (double)expected.Length;
}
