using System.Text;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>Files and forms that were changed at random, always in the same way: each gets an answer or a problem, and none is the service's fault.</summary>
[Trait("Category", "Security")]
public sealed class FuzzTests(AzuriteFixture azurite)
{
    private const int Files = 150;

    [Fact]
    public async Task Changed_pictures_are_answered_or_refused()
    {
        var statuses = await SendAsync("image/png", seed: 1, random => Change(random, Spectrograms.Pngs[random.Next(Spectrograms.Pngs.Count)], first: 200));

        statuses.ShouldBeSubsetOf([200, 400]);
        statuses.ShouldContain(400);
    }

    [Fact]
    public async Task Changed_songs_are_answered_or_refused()
    {
        Prerequisite.Ffmpeg();
        var song = Songs.Wav([.. Enumerable.Range(0, Songs.Samples(3.1)).Select(sample => 0.3f * MathF.Sin(0.05f * sample))]);

        var statuses = await SendAsync("audio/wav", seed: 2, random => Change(random, song, first: 44));

        statuses.ShouldBeSubsetOf([200, 413, 415, 422]);
        statuses.ShouldContain(200);
        statuses.ShouldContain(422);
    }

    [Theory]
    [InlineData("/api/classify")]
    [InlineData("/api/classify/batch")]
    public async Task Changed_forms_are_answered_or_refused(string path)
    {
        byte[] form =
        [
            .. Encoding.ASCII.GetBytes(
                "--bound\r\nContent-Disposition: form-data; name=\"features\"\r\nContent-Type: application/json\r\n\r\n{\"tempo\": 120, \"key\": 3}\r\n"
                + "--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"),
            .. Spectrograms.Pngs[0],
            .. "\r\n--bound--\r\n"u8,
        ];

        var statuses = await SendAsync("multipart/form-data; boundary=bound", seed: 3, random => Change(random, form, first: 280), path);

        statuses.ShouldBeSubsetOf([200, 400, 413, 415, 422]);
        statuses.ShouldContain(200);
        statuses.ShouldContain(400);
    }

    /// <summary>One to four changes, most of them in the first bytes, where the headers are: other bytes, bytes that are missing or there twice, an end that comes too early.</summary>
    private static byte[] Change(Random random, byte[] file, int first)
    {
        var changed = file.ToList();
        for (var change = random.Next(1, 5); change > 0 && changed.Count > 0; change--)
        {
            var place = random.Next(random.Next(4) == 0 ? changed.Count : Math.Min(first, changed.Count));
            var count = Math.Min(random.Next(1, 9), changed.Count - place);
            switch (random.Next(5))
            {
                case 0:
                    changed.RemoveRange(place, count);
                    break;
                case 1:
                    changed.InsertRange(place, changed.GetRange(place, count));
                    break;
                case 2 when random.Next(4) == 0:
                    changed.RemoveRange(place, changed.Count - place);
                    break;
                case 3:
                    changed[place] = (byte)(random.Next(2) == 0 ? 0xFF : 0);
                    break;
                default:
                    changed[place] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. changed];
    }

    private async Task<IReadOnlyList<int>> SendAsync(string contentType, int seed, Func<Random, byte[]> next, string path = "/api/classify")
    {
        var account = azurite.NewAccount();
        await TestModel.Tabular.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        var random = new Random(seed);
        var statuses = new List<int>();
        for (var file = 0; file < Files; file++)
        {
            using var content = InferenceHost.File(next(random), contentType);
            using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
            statuses.Add((int)response.StatusCode);
            statuses[^1].ShouldBeLessThan(500, $"file {file} of seed {seed}");
            if (!response.IsSuccessStatusCode)
            {
                (await InferenceHost.ProblemAsync(response)).Detail.ShouldNotBeNullOrWhiteSpace();
            }

            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("\"status\":500");
        }

        return statuses;
    }
}
