using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

public sealed class SpectrogramTests(AzuriteFixture azurite)
{
    private const string Clip = "metal_death_128k.mp3";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_song_of_one_window_is_the_picture_that_models_see()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());

        using var answer = await DrawAsync(service, await Songs.ReadAsync(Clip));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(CancellationToken));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        answer.Headers.GetValues("X-Start-Seconds").ShouldBe(["0"]);
        answer.Headers.GetValues("X-End-Seconds").ShouldBe(["29.99"]);
        var drawn = PixelsOf(await answer.Content.ReadAsByteArrayAsync(CancellationToken), SpectrogramFormat.Frames);
        var expected = PixelsOf(await File.ReadAllBytesAsync(SharedData.Require($"clips/expected/{Clip}.png"), CancellationToken), SpectrogramFormat.Frames);
        drawn.Zip(expected, (one, other) => Math.Abs(one - other)).Max().ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task The_client_gets_the_picture_and_where_in_the_song_it_is()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());
        var client = new InferenceClient(service.Client);
        var clip = await Songs.DecodeAsync(Clip);
        var song = MusicFile.Of(Songs.Wav([.. clip, .. clip]), "song.wav");

        var whole = await client.DrawSpectrogramAsync(song, cancellationToken: CancellationToken);
        var second = await client.DrawSpectrogramAsync(song, segment: 1, CancellationToken);
        var none = await Should.ThrowAsync<GenreCloudException>(() => client.DrawSpectrogramAsync(song, segment: 9, CancellationToken));

        whole.Start.ShouldBe(0);
        whole.End.ShouldBeGreaterThan(second.End);
        second.Start.ShouldBe(15);
        PixelsOf(second.Png, SpectrogramFormat.Frames).Length.ShouldBe(SpectrogramFormat.Pixels);
        none.Problem.Title.ShouldBe("Unknown segment");
    }

    [Fact]
    public async Task A_longer_song_is_its_windows_side_by_side_and_one_of_them_when_asked()
    {
        const int Tail = 330_750;
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());
        var clip = await Songs.DecodeAsync(Clip);
        var song = Songs.Wav([.. clip, .. clip[..Tail]]);

        using var whole = await DrawAsync(service, song);
        using var second = await DrawAsync(service, song, "?segment=1");
        using var third = await DrawAsync(service, song, "?segment=2");

        // Windows begin at 0 and 15 s: 646 columns of the first, then the second.
        const int Begin = 646;
        var end = double.Parse(whole.Headers.GetValues("X-End-Seconds").Single(), System.Globalization.CultureInfo.InvariantCulture);
        end.ShouldBe(44.99, tolerance: 0.1);
        second.Headers.GetValues("X-Start-Seconds").ShouldBe(["15"]);
        var width = Begin + SpectrogramFormat.Frames;
        var (wholePixels, secondPixels) = (
            PixelsOf(await whole.Content.ReadAsByteArrayAsync(CancellationToken), width),
            PixelsOf(await second.Content.ReadAsByteArrayAsync(CancellationToken), SpectrogramFormat.Frames));
        for (var row = 0; row < SpectrogramFormat.MelBands; row++)
        {
            wholePixels.AsSpan((row * width) + Begin, SpectrogramFormat.Frames).SequenceEqual(secondPixels.AsSpan(row * SpectrogramFormat.Frames, SpectrogramFormat.Frames)).ShouldBeTrue();
        }

        third.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await third.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).GetProperty("detail").GetString()!.ShouldContain("segments 0 to 1");
    }

    [Theory]
    [InlineData("some words", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task What_is_no_song_is_refused_as_by_classify(string body, HttpStatusCode status)
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());

        using var answer = await DrawAsync(service, System.Text.Encoding.UTF8.GetBytes(body));

        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task A_song_over_the_limit_is_refused()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount(), time: null, ("Inference:MaxRequestBytes", "2048"));

        using var answer = await DrawAsync(service, new byte[4096]);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    private static async Task<HttpResponseMessage> DrawAsync(InferenceHost service, byte[] song, string query = "")
    {
        using var content = new ByteArrayContent(song);
        return await service.Client.PostAsync(new Uri($"/api/spectrogram{query}", UriKind.Relative), content, CancellationToken);
    }

    private static byte[] PixelsOf(byte[] png, int width)
    {
        var pixels = new byte[width * SpectrogramFormat.MelBands];
        GrayPng.Decode(png, width, SpectrogramFormat.MelBands, pixels);
        return pixels;
    }
}
