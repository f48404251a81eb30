using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Tests.Admission;
using GenreCloud.Inference.Traffic;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Traffic;

/// <summary>A second version that is tried with a part of the requests.</summary>
public sealed class TrafficTests(AzuriteFixture azurite)
{
    private const string Production = "/api/models/genres/aliases/production/traffic";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private static byte[] Png => Spectrograms.Pngs[0];

    [Fact]
    public async Task A_canary_answers_its_share_and_a_client_with_a_key_is_answered_by_one_version()
    {
        await using var service = await StartAsync();
        await FollowedAsync(service, new { version = 2, canaryShare = 0.5 });

        var versions = new List<int>();
        for (var request = 0; request < 20; request++)
        {
            versions.Add((await service.ClassifyAsync(Png, "?top=10")).Version);
        }

        versions.Count(version => version == 2).ShouldBe(10);
        var kept = new HashSet<int>();
        for (var request = 0; request < 6; request++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/api/classify") { Content = InferenceHost.Png(Png) };
            message.Headers.Add(TrafficApi.StickinessHeader, "somebody");
            using var response = await service.Client.SendAsync(message, CancellationToken);
            kept.Add((await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).GetProperty("version").GetInt32());
        }

        kept.Count.ShouldBe(1);
        (await service.ClassifyAsync(Png, "?version=1")).Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_shadow_is_asked_a_copy_and_how_both_agree_and_how_long_they_take_can_be_read()
    {
        await using var service = await StartAsync();
        await FollowedAsync(service, new { version = 2, shadowShare = 1.0 });
        var agreed = 0;
        for (var index = 0; index < Spectrograms.Pngs.Count; index++)
        {
            (await service.ClassifyAsync(Spectrograms.Pngs[index])).Version.ShouldBe(1);
            agreed += MostProbable(0, index) == MostProbable(1, index) ? 1 : 0;
            await ComparedAsync(service, index + 1);
        }

        var comparison = (await service.GetJsonAsync(Production)).GetProperty("comparison");

        comparison.GetProperty("compared").GetInt32().ShouldBe(Spectrograms.Pngs.Count);
        comparison.GetProperty("agreement").GetDouble().ShouldBe((double)agreed / Spectrograms.Pngs.Count);
        var versions = comparison.GetProperty("versions").EnumerateArray().ToArray();
        versions.Select(version => version.GetProperty("version").GetInt32()).ShouldBe([1, 2]);
        versions.Select(version => version.GetProperty("answered").GetInt32()).ShouldBe([Spectrograms.Pngs.Count, 0]);
        versions.ShouldAllBe(version => version.GetProperty("runs").GetInt32() == Spectrograms.Pngs.Count);
        versions.ShouldAllBe(version => version.GetProperty("medianMilliseconds").GetDouble() > 0);
        versions.ShouldAllBe(version => version.GetProperty("p99Milliseconds").GetDouble() >= version.GetProperty("medianMilliseconds").GetDouble());
    }

    [Fact]
    public async Task Copies_are_dropped_while_the_machine_is_busy_and_delay_nobody()
    {
        await using var service = await StartAsync(("Inference:IntraOpThreads", "0"));
        await FollowedAsync(service, new { version = 2, shadowShare = 1.0 });
        var slots = service.Part<RunSlots>();
        slots.Count.ShouldBe(1);

        // Every request holds the only slot until the next one waits for it: there is no idle moment for a copy.
        var held = await slots.EnterAsync(CancellationToken);
        for (var request = 0; request < 12; request++)
        {
            var asked = service.ClassifyAsync(Png);
            await OccupiedSlots.WaitForQueueAsync(service, 1);
            var next = slots.EnterAsync(CancellationToken);
            held.Dispose();
            (await asked).Version.ShouldBe(1);
            held = await next;
        }

        var comparison = (await service.GetJsonAsync(Production)).GetProperty("comparison");
        comparison.GetProperty("compared").GetInt32().ShouldBe(0);
        comparison.GetProperty("dropped").GetInt32().ShouldBeGreaterThan(0);
        held.Dispose();
        await ComparedAsync(service, 1);
    }

    [Fact]
    public async Task A_second_version_that_fails_its_check_gets_nothing_and_health_says_why()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        var description = TestModel.Quick[1].Description;
        await TestModel.Quick[1].RegisterAsync(
            account, description with { Golden = description.Golden with { Probabilities = [.. description.Golden.Probabilities.Reverse()] } });
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Inference:RefreshInterval", "00:00:00.1"));

        using var response = await PutAsync(service, new { version = 2, canaryShare = 1.0, shadowShare = 1.0 });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.WaitForHealthAsync("Degraded", "version 2 is not tried as production, version 1 gets all requests");
        (await service.ClassifyAsync(Png)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_rule_is_changed_by_who_has_read_it_last_and_taken_away()
    {
        await using var service = await StartAsync();
        using var first = await PutAsync(service, new { version = 2, canaryShare = 0.1 });
        var etag = first.Headers.ETag.ShouldNotBeNull().ToString();
        using var second = await PutAsync(service, new { version = 2, canaryShare = 0.2 }, etag);
        using var late = await PutAsync(service, new { version = 2, canaryShare = 0.9 }, etag);

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await InferenceHost.ProblemAsync(late)).Status.ShouldBe(412);
        (await service.GetJsonAsync(Production)).GetProperty("rule").GetProperty("canaryShare").GetDouble().ShouldBe(0.2);
        using var removed = await service.Client.DeleteAsync(new Uri(Production, UriKind.Relative), CancellationToken);
        removed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.GetJsonAsync(Production)).TryGetProperty("rule", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(Production, """{"version":2,"canaryShare":1.5}""", 400, "0 to 1")]
    [InlineData(Production, """{"version":2,"shadowShare":-0.1}""", 400, "0 to 1")]
    [InlineData(Production, """{"version":2,"shadowShare":"NaN"}""", 400, "0 to 1")]
    [InlineData(Production, """{"canaryShare":0.5}""", 400, "version")]
    [InlineData(Production, """{"version":9}""", 404, "has no version 9")]
    [InlineData("/api/models/genres/aliases/champion/traffic", """{"version":2}""", 404, "no alias 'champion'")]
    [InlineData("/api/models/METAL/aliases/production/traffic", """{"version":2}""", 404, "no model 'METAL'")]
    public async Task What_cannot_be_a_rule_is_a_problem_with_details(string path, string body, int status, string detail)
    {
        await using var service = await StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PutAsync(new Uri(path, UriKind.Relative), content, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(status),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain(detail));
    }

    private static int MostProbable(int model, int png)
    {
        var probabilities = TestModel.Quick[model].Probabilities[png];
        return Array.IndexOf(probabilities, probabilities.Max());
    }

    private static async Task<HttpResponseMessage> PutAsync(InferenceHost service, object rule, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Production) { Content = JsonContent.Create(rule) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await service.Client.SendAsync(request, CancellationToken);
    }

    /// <summary>Makes a rule, and waits until the service follows it.</summary>
    private static async Task FollowedAsync(InferenceHost service, object rule)
    {
        using var response = await PutAsync(service, rule);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        while (!(await service.GetJsonAsync(Production)).TryGetProperty("comparison", out _))
        {
            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private static async Task ComparedAsync(InferenceHost service, int atLeast)
    {
        while ((await service.GetJsonAsync(Production)).GetProperty("comparison").GetProperty("compared").GetInt32() < atLeast)
        {
            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private async Task<InferenceHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);
        var service = await InferenceHost.StartAsync(account, time: null, [("Inference:RefreshInterval", "00:00:00.1"), .. settings]);
        await service.WaitForHealthAsync("Healthy");
        return service;
    }
}
