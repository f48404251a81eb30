using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>Songs, by the checkpoint that the source project published.</summary>
public sealed class SongTests(AzuriteFixture azurite)
{
    public static TheoryData<string> Clips => [.. Expected().Select(clip => clip.Name)];

    [Theory]
    [InlineData("metal_death_128k.mp3", "audio/mpeg", "metal")]
    [InlineData("metal_symphonic.opus", "audio/opus", "metal")]
    [InlineData("classical_orchestra_vorbis.ogg", "audio/ogg", "classical")]
    [InlineData("techno_mono.flac", "audio/flac", "techno")]
    [InlineData("techno_mono.flac", "audio/mpeg", "techno")]
    [InlineData("techno_mono.flac", "application/x-www-form-urlencoded", "techno")]
    [InlineData("techno_mono.flac", null, "techno")]
    public async Task A_clear_case_gets_its_genre_whatever_it_is_called(string clip, string? contentType, string genre)
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();

        var answer = await service.ClassifyAsync(InferenceHost.File(await Songs.ReadAsync(clip), contentType));

        answer.Predictions[0].Label.ShouldBe(genre);
        answer.Predictions[0].Probability.ShouldBeGreaterThan(0.9f);
        answer.Predictions.Count.ShouldBe(5);
        answer.DurationMs.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task The_best_three_labels_of_a_clip_are_the_expected_ones(string clip)
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        var expected = Expected().Single(other => other.Name == clip).Top3;

        var answer = await service.ClassifyAsync(InferenceHost.File(await Songs.ReadAsync(clip), "application/octet-stream"), "?top=10");

        foreach (var (label, probability) in expected)
        {
            answer.Predictions.Single(prediction => prediction.Label == label).Probability.ShouldBe(probability, 0.02f, label);
        }

        answer.Predictions[0].Label.ShouldBe(expected.MaxBy(label => label.Value).Key);
        var segment = answer.Segments.ShouldNotBeNull().ShouldHaveSingleItem();
        (segment.Start, segment.End).ShouldBe((0, 29.99));
        segment.Predictions.ShouldBe(answer.Predictions);
    }

    [Fact]
    public async Task A_long_song_has_a_timeline_and_is_the_mean_of_it()
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        var song = Songs.Wav([.. await Songs.DecodeAsync("metal_death_128k.mp3"), .. await Songs.DecodeAsync("classical_orchestra_vorbis.ogg")]);

        var answer = await service.ClassifyAsync(InferenceHost.File(song, "audio/wav"), "?top=10");

        var segments = answer.Segments.ShouldNotBeNull();
        segments.Count.ShouldBe(3);
        foreach (var (index, segment) in segments.Index())
        {
            segment.Start.ShouldBe(15 * index, 0.1);
            segment.End.ShouldBe(segment.Start + 29.99, 0.01);
        }

        segments[0].Predictions[0].ShouldSatisfyAllConditions(best => best.Label.ShouldBe("metal"), best => best.Probability.ShouldBeGreaterThan(0.9f));
        segments[^1].Predictions[0].ShouldSatisfyAllConditions(best => best.Label.ShouldBe("classical"), best => best.Probability.ShouldBeGreaterThan(0.8f));
        foreach (var prediction in answer.Predictions)
        {
            prediction.Probability.ShouldBe(
                segments.Average(segment => segment.Predictions.Single(other => other.Label == prediction.Label).Probability), 1e-5f);
        }

        answer.Predictions.Select(prediction => prediction.Probability).ShouldBeInOrder(SortDirection.Descending);
    }

    [Theory]
    [InlineData("metal_death_128k.mp3", "metal")]
    [InlineData("classical_orchestra_vorbis.ogg", "classical")]
    [InlineData("techno_mono.flac", "techno")]
    public async Task Ten_seconds_are_enough_for_a_clear_case(string clip, string genre)
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        var samples = (await Songs.DecodeAsync(clip)).AsSpan(Songs.Samples(8), Songs.Samples(10));

        var answer = await service.ClassifyAsync(InferenceHost.File(Songs.Wav(samples), "audio/wav"));

        answer.Predictions[0].Label.ShouldBe(genre);
        var segment = answer.Segments.ShouldNotBeNull().ShouldHaveSingleItem();
        (segment.Start, segment.End).ShouldBe((0, 10));
    }

    [Fact]
    public async Task A_picture_has_no_timeline()
    {
        await using var service = await StartAsync();

        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Segments.ShouldBeNull();
    }

    private static IEnumerable<(string Name, Dictionary<string, float> Top3)> Expected()
    {
        // Read while tests are listed, where nothing can be skipped; those that are then asked for are.
        var path = Path.Combine(SharedData.Directory, "clips", "expected.json");
        if (!File.Exists(path))
        {
            return [("expected.json", [])];
        }

        // Clips that are shorter than a window have no expected answer.
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.EnumerateObject()
            .Where(clip => clip.Value.TryGetProperty("original_weights_top3", out var top3) && top3.ValueKind == JsonValueKind.Object)
            .Select(clip => (clip.Name, clip.Value.GetProperty("original_weights_top3").Deserialize<Dictionary<string, float>>()!));
    }

    private async Task<InferenceHost> StartAsync()
    {
        var account = azurite.NewAccount();
        await TestModel.Published.RegisterAsync(account);
        return await InferenceHost.StartAsync(account);
    }
}
