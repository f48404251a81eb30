using System.Net.Http.Headers;
using GenreCloud.Datasets;
using GenreCloud.Testing;
using SkiaSharp;

namespace GenreCloud.Inference.Tests.Classify;

public sealed class ClassifyTests(AzuriteFixture azurite)
{
    private const string AllLabels = "?top=10";

    [Fact]
    public async Task Real_spectrograms_get_the_probabilities_that_TorchSharp_computes()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        for (var i = 0; i < Spectrograms.Pngs.Count; i++)
        {
            var answer = await service.ClassifyAsync(Spectrograms.Pngs[i], AllLabels);

            (answer.Model, answer.Version).ShouldBe(("genres", 1));
            answer.DurationMs.ShouldBeGreaterThan(0);
            answer.Predictions.Select(prediction => prediction.Probability).ShouldBeInOrder(SortDirection.Descending);
            LargestDifference(answer.Probabilities, TestModel.First.Probabilities[i]).ShouldBeLessThan(1e-4);
        }

        // Else a model that does not look at its input would pass.
        TestModel.First.Probabilities.Skip(1).Max(row => LargestDifference(row, TestModel.First.Probabilities[0])).ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public async Task Sixty_four_requests_at_once_get_the_answers_that_they_get_one_after_the_other()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Inference:MaxQueuedRequestsPerRun", "64"));
        var alone = new List<float[]>();
        foreach (var png in Spectrograms.Pngs)
        {
            alone.Add((await service.ClassifyAsync(png, AllLabels)).Probabilities);
        }

        var together = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            async request => (await service.ClassifyAsync(Spectrograms.Pngs[request % alone.Count], AllLabels)).Probabilities));

        for (var request = 0; request < together.Length; request++)
        {
            LargestDifference(together[request], alone[request % alone.Count]).ShouldBeLessThan(1e-6);
        }
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("?top=1", 1)]
    [InlineData("?top=3", 3)]
    [InlineData("?top=1000", 10)]
    public async Task As_many_labels_are_answered_as_were_asked_for(string query, int labels)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        (await service.ClassifyAsync(Spectrograms.Pngs[0], query)).Predictions.Count.ShouldBe(labels);
    }

    [Fact]
    public async Task A_gray_picture_saved_in_colour_gets_the_same_answer()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        var answer = await service.ClassifyAsync(InColour(Spectrograms.Pngs[2]), AllLabels);

        LargestDifference(answer.Probabilities, TestModel.First.Probabilities[2]).ShouldBeLessThan(1e-4);
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("IMAGE/PNG")]
    [InlineData(null)]
    public async Task The_bytes_of_a_picture_are_taken_as(string? contentType)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        using var content = new ByteArrayContent(Spectrograms.Pngs[0]);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);

        using var response = await service.PostAsync(content);

        ((int)response.StatusCode).ShouldBe(200);
    }

    private static double LargestDifference(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();

    private static byte[] InColour(byte[] png)
    {
        var gray = Spectrograms.PixelsOf(png);
        using var bitmap = new SKBitmap(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, SKColorType.Rgb888x, SKAlphaType.Opaque);
        for (var i = 0; i < gray.Length; i++)
        {
            bitmap.SetPixel(i % SpectrogramFormat.Frames, i / SpectrogramFormat.Frames, new SKColor(gray[i], gray[i], gray[i]));
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return encoded.ToArray();
    }
}
