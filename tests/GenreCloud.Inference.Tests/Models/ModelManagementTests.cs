using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Models;

/// <summary>Aliases on conditions, gates, the history and deletion, over HTTP.</summary>
public sealed class ModelManagementTests(AzuriteFixture azurite)
{
    private const string Genres = "/api/models/genres";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_condition_shows_what_the_aliases_are()
    {
        await using var service = await StartAsync(versions: 2);
        using var read = await SendAsync(service, HttpMethod.Get, $"{Genres}/aliases");
        var etag = read.Headers.ETag.ShouldNotBeNull().ToString();
        using var moved = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 2 }, ("If-Match", etag));
        using var refused = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 1 }, ("If-Match", etag));

        refused.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var problem = await JsonAsync(refused);
        problem.GetProperty("aliases").GetProperty("production").GetInt32().ShouldBe(2);
        problem.GetProperty("etag").GetString().ShouldBe(moved.Headers.ETag!.ToString());
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("candidate = 2, production = 2");
    }

    [Fact]
    public async Task Aliases_that_have_not_changed_are_not_sent_again()
    {
        await using var service = await StartAsync(versions: 2);
        using var read = await SendAsync(service, HttpMethod.Get, $"{Genres}/aliases");
        (await JsonAsync(read)).GetRawText().ShouldBe("""{"candidate":2,"production":1}""");
        (string, string) known = ("If-None-Match", read.Headers.ETag!.ToString());

        using var same = await SendAsync(service, HttpMethod.Get, $"{Genres}/aliases", body: null, known);
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var moved = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 2 });
        using var other = await SendAsync(service, HttpMethod.Get, $"{Genres}/aliases", body: null, known);

        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        other.Headers.ETag.ShouldBe(moved.Headers.ETag);
    }

    [Fact]
    public async Task An_alias_is_created_only_once_and_removed()
    {
        await using var service = await StartAsync(versions: 1);
        (string, string) onlyNew = ("If-None-Match", "*");

        using var created = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/stable", new { version = 1 }, onlyNew);
        using var again = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/stable", new { version = 1 }, onlyNew);
        using var odd = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/stable", new { version = 1 }, ("If-None-Match", "\"x\""));
        using var removed = await SendAsync(service, HttpMethod.Delete, $"{Genres}/aliases/stable");
        using var gone = await SendAsync(service, HttpMethod.Delete, $"{Genres}/aliases/stable");

        created.StatusCode.ShouldBe(HttpStatusCode.OK);
        again.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        odd.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await JsonAsync(removed)).GetProperty("aliases").TryGetProperty("stable", out _).ShouldBeFalse();
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_gate_refuses_says_what_to_measure_and_is_overridden_with_a_reason()
    {
        await using var service = await StartAsync(versions: 2);
        using var set = await SendAsync(service, HttpMethod.Put, $"{Genres}/gates/production", new { metric = "top1", dataset = "genres" });
        (await JsonAsync(set)).GetProperty("production").GetProperty("metric").GetString().ShouldBe("top1");

        using var refused = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { alias = "candidate" });
        using var overridden = await SendAsync(
            service, HttpMethod.Put, $"{Genres}/aliases/production", new { alias = "candidate", why = "release", @override = "measured by hand" });
        using var history = await SendAsync(service, HttpMethod.Get, $"{Genres}/history?limit=1");

        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var problem = await JsonAsync(refused);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("POST /api/evaluations");
        problem.GetProperty("gate").GetProperty("passed").GetBoolean().ShouldBeFalse();
        overridden.StatusCode.ShouldBe(HttpStatusCode.OK);
        var change = (await JsonAsync(history))[0].GetProperty("change");
        change.GetProperty("why").GetString().ShouldBe("release");
        change.GetProperty("gate").GetProperty("overrideReason").GetString().ShouldBe("measured by hand");
    }

    [Fact]
    public async Task Who_changed_a_gate_stands_in_the_history()
    {
        await using var service = await StartAsync(versions: 1);
        using var set = await SendAsync(service, HttpMethod.Put, $"{Genres}/gates/production", new { metric = "top1" });
        using var removed = await SendAsync(service, HttpMethod.Delete, $"{Genres}/gates/production");

        var change = (await service.GetJsonAsync($"{Genres}/history?limit=1"))[0].GetProperty("change");

        (change.GetProperty("kind").GetString(), change.GetProperty("alias").GetString(), change.GetProperty("who").GetString()).ShouldBe(("gateChanged", "production", "api"));
        change.GetProperty("gateBefore").GetProperty("metric").GetString().ShouldBe("top1");
        change.TryGetProperty("gateAfter", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_removed_alias_does_not_come_back_past_its_gate()
    {
        await using var service = await StartAsync(versions: 2);
        using var set = await SendAsync(service, HttpMethod.Put, $"{Genres}/gates/production", new { metric = "top1" });
        using var removed = await SendAsync(service, HttpMethod.Delete, $"{Genres}/aliases/production");

        using var refused = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 2 });
        using var same = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 1 });

        (await InferenceHost.ProblemAsync(refused)).ShouldSatisfyAllConditions(problem => problem.Status.ShouldBe(409), problem => problem.Title.ShouldBe("The gate refuses"));
        same.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_two_who_roll_back_what_they_saw_the_second_is_told_what_the_aliases_are()
    {
        await using var service = await StartAsync(versions: 2);
        using var moved = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 2 });
        (string, string) seen = ("If-Match", moved.Headers.ETag.ShouldNotBeNull().ToString());

        using var first = await SendAsync(service, HttpMethod.Post, $"{Genres}/rollback", new { why = "worse" }, seen);
        using var second = await SendAsync(service, HttpMethod.Post, $"{Genres}/rollback", new { why = "worse" }, seen);

        (await JsonAsync(first)).GetProperty("aliases").GetProperty("production").GetInt32().ShouldBe(1);
        second.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await JsonAsync(second)).GetProperty("aliases").GetProperty("production").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Reasons_fit_into_the_history_whatever_they_are_written_in()
    {
        await using var service = await StartAsync(versions: 2);
        using var gate = await SendAsync(service, HttpMethod.Put, $"{Genres}/gates/production", new { metric = "top1" });

        // A smiley has two characters, and twelve bytes in JSON.
        var longest = string.Concat(Enumerable.Repeat("\U0001F600", 100));
        using var refused = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 2, why = longest + "\U0001F600" });
        using var taken = await SendAsync(service, HttpMethod.Put, $"{Genres}/aliases/production", new { version = 2, why = longest, @override = longest });

        (await InferenceHost.ProblemAsync(refused)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(400), problem => problem.Detail.ShouldNotBeNull().ShouldContain("202 characters, which take 1212 bytes"));
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.GetJsonAsync($"{Genres}/history?limit=1"))[0].GetProperty("change").GetProperty("why").GetString().ShouldBe(longest);
    }

    [Theory]
    [InlineData("""{"metric":"speed"}""", 400)]
    [InlineData("""{}""", 400)]
    [InlineData("""{"metric":"top1","minimumGain":-1}""", 400)]
    [InlineData("""{"metric":"top1","minimumGain":"NaN"}""", 400)]
    [InlineData("""{"metric":"top1","datasetVersion":3}""", 400)]
    [InlineData("""{"metric":"top1","dataset":"../genres"}""", 400)]
    public async Task A_gate_that_says_nothing_is_refused(string body, int status)
    {
        await using var service = await StartAsync(versions: 1);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PutAsync(new Uri($"{Genres}/gates/production", UriKind.Relative), content, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).Status.ShouldBe(status);
        (await service.GetJsonAsync($"{Genres}/gates")).EnumerateObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_is_deleted_only_if_no_alias_stands_for_it()
    {
        await using var service = await StartAsync(versions: 3);

        using var production = await SendAsync(service, HttpMethod.Delete, $"{Genres}/versions/1");
        using var deleted = await SendAsync(service, HttpMethod.Delete, $"{Genres}/versions/2?why=never%20used");
        using var again = await SendAsync(service, HttpMethod.Delete, $"{Genres}/versions/2");

        (await InferenceHost.ProblemAsync(production)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(409),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain("what production stands for"));
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await InferenceHost.ProblemAsync(again)).Status.ShouldBe(404);
        (await service.GetJsonAsync(Genres)).GetProperty("versions").GetRawText().ShouldBe("[1,3]");
        var change = (await service.GetJsonAsync($"{Genres}/history"))[0].GetProperty("change");
        change.GetProperty("kind").GetString().ShouldBe("versionDeleted");
        change.GetProperty("why").GetString().ShouldBe("never used");
    }

    [Fact]
    public async Task The_history_leads_from_page_to_page()
    {
        await using var service = await StartAsync(versions: 3);
        var numbers = new List<int>();
        for (var path = $"{Genres}/history?limit=1"; path is not null;)
        {
            using var page = await SendAsync(service, HttpMethod.Get, path);
            numbers.Add((await JsonAsync(page))[0].GetProperty("number").GetInt32());
            path = page.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        numbers.ShouldBe([3, 2, 1]);
        using var odd = await SendAsync(service, HttpMethod.Get, $"{Genres}/history?limit=0");
        (await InferenceHost.ProblemAsync(odd)).Detail.ShouldBe("limit is 0; it must lie between 1 and 1000.");
    }

    private async Task<InferenceHost> StartAsync(int versions)
    {
        var account = azurite.NewAccount();
        for (var version = 1; version <= versions; version++)
        {
            await TestModel.First.RegisterAsync(account);
        }

        return await InferenceHost.StartAsync(account);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        InferenceHost service, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await service.Client.SendAsync(request, CancellationToken);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
}
