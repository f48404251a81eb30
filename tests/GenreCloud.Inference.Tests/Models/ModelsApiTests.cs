using System.Net;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Models;

public sealed class ModelsApiTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Models_are_listed_with_their_versions_and_aliases()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, "genres");
        await TestModel.Second.RegisterAsync(account, "genres");
        await TestModel.Second.RegisterAsync(account, "metal");
        await using var service = await InferenceHost.StartAsync(account);

        var models = (await service.GetJsonAsync("/api/models")).EnumerateArray().ToArray();

        models.Select(model => model.GetProperty("name").GetString()).ShouldBe(["genres", "metal"]);
        models[0].GetProperty("versions").EnumerateArray().Select(version => version.GetInt32()).ShouldBe([1, 2]);
        models[0].GetProperty("aliases").GetProperty("production").GetInt32().ShouldBe(1);
        models[0].GetProperty("aliases").GetProperty("candidate").GetInt32().ShouldBe(2);
        (await service.GetJsonAsync("/api/models/metal")).GetProperty("versions").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task There_may_be_no_models()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());

        (await service.GetJsonAsync("/api/models")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_version_shows_its_card()
    {
        var account = azurite.NewAccount();
        var registered = await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        var card = await service.GetJsonAsync("/api/models/genres/versions/1");

        card.GetProperty("sha256").GetString().ShouldBe(registered.Sha256);
        card.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).ShouldBe(TestModel.Labels);
        card.GetProperty("golden").GetProperty("png").GetBytesFromBase64().ShouldBe(Spectrograms.Pngs[0]);
    }

    [Fact]
    public async Task A_version_has_a_card_for_people()
    {
        var account = azurite.NewAccount();
        var registered = await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        using var response = await service.Client.GetAsync(new Uri("/api/models/genres/versions/1/card", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType.ShouldNotBeNull().ToString().ShouldBe("text/markdown; charset=utf-8");
        var card = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        card.ShouldStartWith("# genres version 1\n");
        card.ShouldContain(registered.Sha256);
    }

    [Theory]
    [InlineData("/api/models/metal")]
    [InlineData("/api/models/GENRES")]
    [InlineData("/api/models/genres/versions/2")]
    [InlineData("/api/models/genres/versions/0")]
    [InlineData("/api/models/genres/versions/2/card")]
    [InlineData("/api/models/genres/versions/newest")]
    [InlineData("/api/nothing")]
    public async Task What_does_not_exist_is_a_problem_with_details(string path)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);

        using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        (await InferenceHost.ProblemAsync(response)).Status.ShouldBe(404);
    }
}
