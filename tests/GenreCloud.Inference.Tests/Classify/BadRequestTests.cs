using System.Net.Http.Headers;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

[Trait("Category", "Security")]
public sealed class BadRequestTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_picture_of_another_size_is_refused_with_the_size_that_is_wanted()
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.Png(GrayPng.Encode(new byte[64 * 100], 100, 64));

        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(400);
        problem.Detail.ShouldNotBeNull().ShouldContain("1292 x 128");
    }

    [Fact]
    public async Task A_truncated_picture_is_refused()
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.Png(Spectrograms.Pngs[0][..^1000]);

        (await service.ProblemAsync(content)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(400),
            problem => problem.Title.ShouldBe("The body is not a spectrogram"));
    }

    [Fact]
    public async Task What_is_no_picture_is_refused()
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.Png("<html>not found</html>"u8.ToArray());

        (await service.ProblemAsync(content)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task An_empty_body_is_refused()
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.Png([]);

        (await service.ProblemAsync(content)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(400),
            problem => problem.Title.ShouldBe("The body is empty"));
    }

    [Fact]
    public async Task Another_kind_of_body_is_refused_by_its_type()
    {
        await using var service = await StartAsync();
        using var content = new StringContent("a song");

        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(415);
        problem.Detail.ShouldNotBeNull().ShouldContain("image/png");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_it_says_its_length(bool chunked)
    {
        await using var service = await StartAsync(("Inference:MaxRequestBytes", "200000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/classify") { Content = InferenceHost.Png([.. Spectrograms.Pngs[0], .. new byte[300_000]]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await InferenceHost.ProblemAsync(response);
        problem.Status.ShouldBe(413);
        problem.Detail.ShouldNotBeNull().ShouldContain("Inference:MaxRequestBytes");
        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Version.ShouldBe(1);
    }

    [Fact]
    public async Task The_limit_may_be_larger_than_what_the_web_server_allows_by_itself()
    {
        await using var service = await StartAsync(("Inference:MaxRequestBytes", "40000000"));
        using var content = InferenceHost.Png(new byte[35_000_000]);

        (await service.ProblemAsync(content)).Title.ShouldBe("The body is not a spectrogram");
    }

    [Theory]
    [InlineData("?top=0", "top is out of range")]
    [InlineData("?top=-3", "top is out of range")]
    [InlineData("?top=many", "The request cannot be read")]
    [InlineData("?version=newest", "The request cannot be read")]
    [InlineData("?version=1&alias=production", "Both version and alias are given")]
    public async Task A_query_that_makes_no_sense_is_refused(string query, string title)
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.Png(Spectrograms.Pngs[0]);

        var problem = await service.ProblemAsync(content, query);

        problem.Status.ShouldBe(400);
        problem.Title.ShouldBe(title);
    }

    [Fact]
    public async Task Who_accepts_no_JSON_still_learns_what_is_wrong()
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/classify?model=nothing") { Content = InferenceHost.Png(Spectrograms.Pngs[0]) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await InferenceHost.ProblemAsync(response)).Status.ShouldBe(404);
    }

    private async Task<InferenceHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        return await InferenceHost.StartAsync(account, time: null, settings);
    }
}
