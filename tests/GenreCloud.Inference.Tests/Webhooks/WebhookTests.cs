using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Inference.Webhooks;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.Inference.Tests.Webhooks;

[Trait("Category", "Security")]
public sealed class WebhookTests(AzuriteFixture azurite)
{
    private const string AllowPrivate = "Webhooks:AllowPrivateAddresses";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private static readonly WebhookTuning Quick = new()
    {
        FeedInterval = TimeSpan.FromMilliseconds(50),
        RetryDelays = [TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10)],
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public void Signatures_are_those_of_the_specification() =>
        WebhookSignature.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330),
            """{"test": 2432232314}""").ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public async Task What_changes_is_told_signed_and_logged_and_what_was_before_is_not()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await StartAsync(account, Quick);
        var created = await CreateAsync(service, receiver.Url);
        var secret = created.GetProperty("secret").GetString()!;

        await TestModel.First.RegisterAsync(account);
        await MoveAsync(account, "production", 2, "better on jazz");

        var registered = await receiver.NextAsync();
        var moved = await receiver.NextAsync();
        registered.Id.ShouldNotBe(moved.Id);
        foreach (var told in (ReceivedEvent[])[registered, moved])
        {
            told.Path.ShouldBe("/hook/secret-path");
            told.Signature.ShouldBe(WebhookSignature.Sign(secret, told.Id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(told.Timestamp)), told.Body));
        }

        var deliveries = await WaitForDeliveriesAsync(service, created, all => all.Length == 2 && all.All(one => StatusOf(one) == "delivered"));
        deliveries.SelectMany(one => one.GetProperty("attempts").EnumerateArray()).Select(attempt => attempt.GetProperty("statusCode").GetInt32()).ShouldBe([200, 200]);
        var listed = await service.GetJsonAsync("/api/webhooks", CancellationToken);
        listed[0].GetProperty("host").GetString().ShouldBe(receiver.Url.GetLeftPart(UriPartial.Authority));
        listed.GetRawText().ShouldNotContain("whsec_");
        listed.GetRawText().ShouldNotContain("secret-path");
    }

    [Fact]
    public async Task The_event_says_what_changed_who_did_it_and_why()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.First.RegisterAsync(account);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await StartAsync(account, Quick);
        await CreateAsync(service, receiver.Url);

        await MoveAsync(account, "production", 2, "better on jazz");

        var told = JsonSerializer.Deserialize<JsonElement>((await receiver.NextAsync()).Body);
        told.GetProperty("type").GetString().ShouldBe("alias.moved");
        told.GetProperty("data").GetProperty("model").GetString().ShouldBe("genres");
        var change = told.GetProperty("data").GetProperty("change");
        (change.GetProperty("from").GetInt32(), change.GetProperty("to").GetInt32(), change.GetProperty("who").GetString(), change.GetProperty("why").GetString())
            .ShouldBe((1, 2, "ann", "better on jazz"));
    }

    [Theory]
    [InlineData(new[] { 500, 302 }, "delivered", 3)]
    [InlineData(new[] { 500, 500, 500 }, "failed", 3)]
    [InlineData(new[] { 410 }, "failed", 1)]
    public async Task A_receiver_that_fails_is_told_again_with_the_same_id_until_it_takes_it_or_that_is_given_up(int[] answers, string status, int attempts)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.First.RegisterAsync(account);
        await using var receiver = await WebhookReceiver.StartAsync();
        Array.ForEach(answers, receiver.Answers.Enqueue);
        await using var service = await StartAsync(account, Quick);
        var created = await CreateAsync(service, receiver.Url);

        await MoveAsync(account, "production", 2, why: null);

        var deliveries = await WaitForDeliveriesAsync(service, created, all => all.Length == 1 && StatusOf(all[0]) == status);
        deliveries[0].GetProperty("attempts").GetArrayLength().ShouldBe(attempts);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var told = await receiver.NextAsync();
            told.Id.ShouldBe(deliveries[0].GetProperty("id").GetString());
            told.Path.ShouldBe("/hook/secret-path");
        }
    }

    [Fact]
    public async Task A_webhook_of_a_model_is_told_of_that_one_only_and_a_deleted_one_of_nothing()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        await using var service = await StartAsync(account, Quick);
        await CreateAsync(service, receiver.Url, model: "genres");
        var deleted = await CreateAsync(service, other.Url);
        using (var response = await service.Client.DeleteAsync(new Uri($"/api/webhooks/{deleted.GetProperty("id").GetString()}", UriKind.Relative), CancellationToken))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        other.Otherwise = 500;
        await TestModel.First.RegisterAsync(account, "metal");
        await MoveAsync(account, "stable", 1, why: null);

        (await receiver.NextAsync()).Body.ShouldContain("\"stable\"");
        (await service.GetJsonAsync("/api/webhooks", CancellationToken)).GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("http://example.com/hook", "Give an https address")]
    [InlineData("ftp://example.com/hook", "Give an https address")]
    [InlineData("https://user:password@example.com/hook", "without user and password")]
    [InlineData("/hook", "Give an https address")]
    [InlineData("https://127.0.0.1/hook", "private network")]
    [InlineData("https://[::1]/hook", "private network")]
    [InlineData("https://169.254.169.254/hook", "private network")]
    public async Task An_address_that_others_should_not_make_this_service_ask_is_refused(string url, string says)
    {
        await using var service = await StartAsync(azurite.NewAccount(), Quick, (AllowPrivate, "false"));

        using var response = await service.Client.PostAsJsonAsync(new Uri("/api/webhooks", UriKind.Relative), new { url }, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(400),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain(says));
    }

    [Fact]
    public async Task A_name_that_means_this_machine_is_refused_when_it_is_connected_to()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await StartAsync(account, Quick, (AllowPrivate, "false"));
        var created = await CreateAsync(service, new Uri("https://localhost/hook"));

        await MoveAsync(account, "stable", 1, why: null);

        var deliveries = await WaitForDeliveriesAsync(service, created, all => all.Length == 1 && StatusOf(all[0]) == "failed");
        deliveries[0].GetProperty("attempts")[0].GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("Webhooks:AllowPrivateAddresses");
    }

    [Fact]
    public async Task Killed_services_lose_no_event_and_log_no_secret()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.First.RegisterAsync(account);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Otherwise = 503;
        string secret;
        ReceivedEvent refused;
        await using (var first = StartProcess(account))
        {
            using var client = new HttpClient { BaseAddress = await first.WaitForAddressAsync(CancellationToken) };
            using var response = await client.PostAsJsonAsync(new Uri("/api/webhooks", UriKind.Relative), new { url = receiver.Url }, CancellationToken);
            secret = (await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).GetProperty("secret").GetString()!;
            await MoveAsync(account, "production", 2, why: "before the kill");
            refused = await receiver.NextAsync();
            await first.KillAsync();
            first.Output.ShouldNotContain(secret);
            first.Output.ShouldNotContain("secret-path");
        }

        receiver.Otherwise = 200;
        await MoveAsync(account, "production", 1, why: "while nobody serves");
        await using var second = StartProcess(account);

        var told = new List<ReceivedEvent>();
        while (told.All(one => one.Id != refused.Id) || told.All(one => !one.Body.Contains("while nobody serves", StringComparison.Ordinal)))
        {
            told.Add(await receiver.NextAsync());
        }

        told.Select(one => one.Id).Distinct().Count().ShouldBe(2);
        second.Output.ShouldNotContain(secret);
        second.Output.ShouldNotContain("secret-path");
    }

    private static ServiceProcess StartProcess(StorageAccount account) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.Inference"),
        ["--urls", "http://127.0.0.1:0"],
        ("ConnectionStrings__blobs", account.ConnectionString),
        ("ConnectionStrings__queues", account.ConnectionString),
        ("Webhooks__AllowPrivateAddresses", "true"));

    private static Task<ServiceHost> StartAsync(StorageAccount account, WebhookTuning tuning, params (string Key, string Value)[] settings) => ServiceHost.StartAsync(
        account,
        builder =>
        {
            builder.Services.AddSingleton(tuning);
            builder.AddServiceDefaults();
            builder.AddInference();
        },
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapInference();
        },
        settings.Length > 0 ? settings : [(AllowPrivate, "true")]);

    private static async Task<JsonElement> CreateAsync(ServiceHost service, Uri url, string? model = null)
    {
        using var response = await service.Client.PostAsJsonAsync(new Uri("/api/webhooks", UriKind.Relative), new { url, model }, CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync(CancellationToken));
        return await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
    }

    private static async Task<JsonElement[]> WaitForDeliveriesAsync(ServiceHost service, JsonElement webhook, Func<JsonElement[], bool> until)
    {
        while (true)
        {
            var deliveries = await service.GetJsonAsync($"/api/webhooks/{webhook.GetProperty("id").GetString()}/deliveries", CancellationToken);
            if (until([.. deliveries.EnumerateArray()]))
            {
                return [.. deliveries.EnumerateArray()];
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private static async Task MoveAsync(StorageAccount account, string alias, int version, string? why) =>
        await TestModel.RegistryOf(account).SetAliasAsync("genres", alias, version, expected: null, "ann", why, CancellationToken);

    private static string? StatusOf(JsonElement delivery) => delivery.GetProperty("status").GetString();
}
