using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Registry;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Models;

/// <summary>Promoting a version, and taking that back, over HTTP.</summary>
public sealed class AliasApiTests(AzuriteFixture azurite)
{
    private const string Production = "/api/models/genres/aliases/production";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promoted_version_answers_and_a_rolled_back_one_answers_no_more()
    {
        var account = azurite.NewAccount();
        await using var service = await StartWithTwoVersionsAsync(account);

        using (var promoted = await PutAsync(service, Production, new { alias = "candidate", why = "better on jazz" }))
        {
            promoted.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await ProductionOfAsync(promoted)).ShouldBe(2);
        }

        await service.WaitForHealthAsync("Healthy", "Serving genres version 2.");
        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Version.ShouldBe(2);

        using (var back = await service.Client.PostAsync(new Uri("/api/models/genres/rollback", UriKind.Relative), content: null, CancellationToken))
        {
            back.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await ProductionOfAsync(back)).ShouldBe(1);
        }

        await service.WaitForHealthAsync("Healthy", "Serving genres version 1.");
        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Version.ShouldBe(1);
        (await TestModel.RegistryOf(account).GetHistoryAsync("genres", CancellationToken)).TakeLast(2).Select(change => (change.From, change.To, change.Who, change.Why))
            .ShouldBe([(1, 2, "api", "better on jazz"), (2, 1, "api", "rolled back")]);
    }

    [Fact]
    public async Task A_decision_on_aliases_that_were_moved_meanwhile_is_refused()
    {
        await using var service = await StartWithTwoVersionsAsync(azurite.NewAccount());
        using var read = await service.Client.GetAsync(new Uri("/api/models/genres", UriKind.Relative), CancellationToken);
        var etag = read.Headers.ETag.ShouldNotBeNull();

        using var first = await PutAsync(service, Production, new { version = 2 }, etag.ToString());
        using var second = await PutAsync(service, Production, new { version = 1 }, etag.ToString());
        using var third = await PutAsync(service, Production, new { version = 1 }, first.Headers.ETag.ShouldNotBeNull().ToString());
        using var fourth = await PutAsync(service, Production, new { version = 2 }, "*");

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await InferenceHost.ProblemAsync(second)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(412),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain("GET /api/models/genres"));
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
        fourth.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Production, """{"version":9}""", 404, "has no version 9")]
    [InlineData(Production, """{"alias":"shadow"}""", 404, "has no alias 'shadow'")]
    [InlineData("/api/models/metal/aliases/production", """{"version":1}""", 404, "There is no model 'metal'")]
    [InlineData("/api/models/GENRES/aliases/production", """{"version":1}""", 404, "There is no model 'GENRES'")]
    [InlineData("/api/models/genres/aliases/7", """{"version":1}""", 400, "beginning with a letter")]
    [InlineData(Production, "{}", 400, "not both")]
    [InlineData(Production, """{"version":1,"alias":"candidate"}""", 400, "not both")]
    [InlineData(Production, """{"version":"two"}""", 400, "version")]
    [InlineData(Production, "", 400, "body")]
    public async Task What_cannot_be_is_a_problem_with_details_and_moves_nothing(string path, string body, int status, string detail)
    {
        var account = azurite.NewAccount();
        await using var service = await StartWithTwoVersionsAsync(account);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PutAsync(new Uri(path, UriKind.Relative), content, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(status),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain(detail));
        (await TestModel.RegistryOf(account).ResolveAsync("genres", ModelAlias.Production, CancellationToken)).ShouldBe(1);
    }

    [Theory]
    [InlineData("not-quoted")]
    [InlineData("W/\"weak\"")]
    [InlineData("\"one\", \"two\"")]
    public async Task An_If_Match_that_is_not_one_ETag_is_400(string ifMatch)
    {
        await using var service = await StartWithTwoVersionsAsync(azurite.NewAccount());

        using var response = await PutAsync(service, Production, new { version = 2 }, ifMatch);

        (await InferenceHost.ProblemAsync(response)).Title.ShouldBe("If-Match cannot be read");
    }

    [Theory]
    [InlineData("/api/models/genres/rollback", "{}", 409, "never stood for another version")]
    [InlineData("/api/models/genres/rollback", """{"alias":"shadow"}""", 404, "has no alias 'shadow'")]
    [InlineData("/api/models/metal/rollback", "{}", 404, "There is no model 'metal'")]
    public async Task A_rollback_that_cannot_be_is_a_problem_with_details(string path, string body, int status, string detail)
    {
        await using var service = await StartWithTwoVersionsAsync(azurite.NewAccount());
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(status),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain(detail));
    }

    private static async Task<InferenceHost> StartWithTwoVersionsAsync(StorageAccount account)
    {
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        return await InferenceHost.StartAsync(account, time: null, ("Inference:RefreshInterval", "00:00:00.1"));
    }

    private static async Task<HttpResponseMessage> PutAsync(InferenceHost service, string path, object body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await service.Client.SendAsync(request, CancellationToken);
    }

    private static async Task<int> ProductionOfAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).GetProperty("aliases").GetProperty("production").GetInt32();
}
