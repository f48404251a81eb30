using GenreCloud.Testing;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>What answers and logs tell, and what they do not.</summary>
[Trait("Category", "Security")]
public sealed class AnswerTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/manage", 200)]
    [InlineData("/nowhere", 404)]
    [InlineData("/crash", 500)]
    [InlineData("/alive", 200)]
    public async Task Every_answer_has_the_security_headers(string path, int status)
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());

        using var response = await service.GetAsync(path, await service.CreateKeyAsync());

        ((int)response.StatusCode).ShouldBe(status);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; frame-ancestors 'none'"]);
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task The_reference_is_a_page_that_works()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());

        using var response = await service.GetAsync("/scalar/", key: null);

        ((int)response.StatusCode).ShouldBe(200);
        response.Headers.Contains("Content-Security-Policy").ShouldBeFalse();
    }

    [Fact]
    public async Task A_failure_of_the_service_tells_nothing_of_its_insides()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());

        using var response = await service.GetAsync("/crash", await service.CreateKeyAsync());

        var body = await response.Content.ReadAsStringAsync(CancellationToken);
        body.ShouldNotContain("secrets");
        body.ShouldNotContain("Exception");
        body.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Health_tells_strangers_the_state_and_no_address()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());

        using var stranger = await service.GetAsync("/health", key: null);
        using var owner = await service.GetAsync("/health", await service.CreateKeyAsync());

        var storage = (await GuardedService.JsonAsync(stranger)).GetProperty("checks").GetProperty("storage");
        storage.GetProperty("status").GetString().ShouldBe("Healthy");
        (storage.TryGetProperty("description", out var description) && description.GetString() is not null).ShouldBeFalse();
        (await GuardedService.JsonAsync(owner)).GetProperty("checks").GetProperty("storage").GetProperty("description").GetString().ShouldBe("The storage answers.");
    }

    [Fact]
    public async Task No_key_is_logged_however_much_is()
    {
        var account = azurite.NewAccount();
        await using var process = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"),
            ["--urls", "http://127.0.0.1:0"],
            ("ConnectionStrings__blobs", account.ConnectionString),
            ("ConnectionStrings__queues", account.ConnectionString),
            ("Access__RequireAuthentication", "true"),
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Debug"));
        using var client = new HttpClient { BaseAddress = await process.WaitForAddressAsync(CancellationToken) };
        using var keys = new ApiKeyStore(account.Blobs, TimeProvider.System);
        var (_, key) = await keys.CreateAsync("ann", AccessScope.Manage, expiresAt: null, CancellationToken);
        const string wrong = "gck_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

        foreach (var (given, status) in new[] { (key, 200), (wrong, 401) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/models", UriKind.Relative));
            request.Headers.Add("X-Api-Key", given);
            using var response = await client.SendAsync(request, CancellationToken);
            ((int)response.StatusCode).ShouldBe(status);
        }

        await process.StopAsync(CancellationToken);
        process.Output.ShouldContain("/api/models");
        process.Output.ShouldNotContain(key.Split('_')[2]);
        process.Output.ShouldNotContain(wrong.Split('_')[2]);
    }
}
