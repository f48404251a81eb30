using System.Net;
using System.Net.Http.Json;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.ServiceDefaults.Tests.Access;

[Trait("Category", "Security")]
public sealed class ApiKeyTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_no_key_is_told_how_to_send_one()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());

        using var response = await service.GetAsync("/manage", key: null);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await GuardedService.JsonAsync(response)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("Authorization: Bearer gck_");
        (await service.StatusAsync("/nowhere", key: null)).ShouldBe(401);
    }

    [Theory]
    [InlineData(AccessScope.Classify, "/classify", 200)]
    [InlineData(AccessScope.Classify, "/manage", 403)]
    [InlineData(AccessScope.Manage, "/classify", 200)]
    [InlineData(AccessScope.Manage, "/manage", 200)]
    public async Task A_key_is_good_for_its_scope(AccessScope scope, string path, int status)
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());
        var key = await service.CreateKeyAsync(scope);

        using var response = await service.GetAsync(path, key);

        ((int)response.StatusCode).ShouldBe(status);
        if (status == 200)
        {
            (await response.Content.ReadAsStringAsync(CancellationToken)).ShouldBe("ann");
        }
        else
        {
            (await GuardedService.JsonAsync(response)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("takes the scope manage");
        }
    }

    [Fact]
    public async Task A_key_may_stand_in_a_header_of_its_own()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/manage", UriKind.Relative));
        request.Headers.Add("X-Api-Key", await service.CreateKeyAsync());

        using var response = await service.Client.SendAsync(request, CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_not_the_key_is_refused()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var service = await GuardedService.StartAsync(azurite.NewAccount(), time);
        var key = await service.CreateKeyAsync(expiresAt: time.GetUtcNow().AddMinutes(1));
        var last = key[^1] == '0' ? '1' : '0';

        foreach (var wrong in (string[])[$"{key[..^1]}{last}", key[..^2], $"{key}00", $"gck_000000000000{key[16..]}", "gck_", "gck__", "nonsense", " ", $"{key[..^1]}g"])
        {
            (await service.StatusAsync("/manage", wrong)).ShouldBe(401, wrong);
        }

        (await service.StatusAsync("/manage", key)).ShouldBe(200);
        time.Advance(TimeSpan.FromMinutes(1));
        (await service.StatusAsync("/manage", key)).ShouldBe(401);
    }

    [Fact]
    public async Task Keys_are_made_and_revoked_without_a_restart()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var service = await GuardedService.StartAsync(azurite.NewAccount(), time);
        var first = await service.CreateKeyAsync();
        (await service.StatusAsync("/manage", first)).ShouldBe(200);

        var second = await service.CreateKeyAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        (await service.StatusAsync("/manage", second)).ShouldBe(200);
        (await service.OtherReplica.RevokeAsync(first.Split('_')[1], CancellationToken)).ShouldBeTrue();
        time.Advance(ApiKeyStore.Freshness);

        (await service.StatusAsync("/manage", first)).ShouldBe(401);
        (await service.StatusAsync("/manage", second)).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_is_shown_once_and_only_its_hash_is_stored()
    {
        var account = azurite.NewAccount();
        await using var service = await GuardedService.StartAsync(account);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", await service.CreateKeyAsync());

        using var created = await service.Client.PostAsJsonAsync(new Uri("/api/keys", UriKind.Relative), new { name = "bob", scope = "classify" }, CancellationToken);

        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.CacheControl?.NoStore.ShouldBeTrue();
        var key = (await GuardedService.JsonAsync(created)).GetProperty("key").GetString()!;
        (await service.StatusAsync("/classify", key)).ShouldBe(200);
        var secret = key.Split('_')[2];
        (await service.Client.GetStringAsync(new Uri("/api/keys", UriKind.Relative), CancellationToken)).ShouldSatisfyAllConditions(
            list => list.ShouldContain("bob"),
            list => list.ShouldNotContain(secret),
            list => list.ShouldNotContain("sha256", Case.Insensitive));
        var stored = (await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Access).GetBlobClient("keys.json").DownloadContentAsync(CancellationToken)).Value.Content;
        stored.ToString().ShouldNotContain(secret);
        stored.ToString().ShouldNotContain(Convert.ToBase64String(Convert.FromHexString(secret)));
    }

    [Theory]
    [InlineData("""{"scope":"classify"}""")]
    [InlineData("""{"name":"","scope":"classify"}""")]
    [InlineData("""{"name":"a\nb","scope":"classify"}""")]
    [InlineData("""{"name":"bob"}""")]
    [InlineData("""{"name":"bob","scope":"root"}""")]
    [InlineData("""{"name":"bob","scope":"manage","expiresAt":"2020-01-01T00:00:00Z"}""")]
    public async Task A_key_that_nobody_could_know_or_use_is_not_made(string body)
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", await service.CreateKeyAsync());
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PostAsync(new Uri("/api/keys", UriKind.Relative), content, CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await service.OtherReplica.ListAsync(CancellationToken)).ShouldHaveSingleItem();
    }
}
