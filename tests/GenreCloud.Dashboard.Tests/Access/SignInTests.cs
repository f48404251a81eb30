using System.Net;
using System.Text.Json;
using GenreCloud.Dashboard.Access;
using GenreCloud.Inference;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.Dashboard.Tests.Access;

public sealed class SignInTests(AzuriteFixture azurite)
{
    private static readonly (string, string) AsksForKeys = ("Access:RequireAuthentication", "true");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_is_asked_on_ones_own_machine()
    {
        await using var dashboard = await DashboardHost.StartAsync(azurite.NewAccount());

        using var page = await dashboard.OpenAsync("/sign-in", cancellationToken: CancellationToken);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Content-Security-Policy").ShouldContain(policy => policy.Contains("frame-ancestors 'none'"));
        page.Headers.GetValues("Content-Security-Policy").ShouldContain(policy => policy.Contains("default-src 'self'"));

        using var missing = await dashboard.OpenAsync("/there-is-no-such-page", cancellationToken: CancellationToken);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await missing.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("There is no such page");
    }

    [Fact]
    public async Task A_page_asks_for_a_key_and_opens_with_one_as_does_the_api_behind_it()
    {
        var account = azurite.NewAccount();
        await using var service = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddInference();
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapInference();
            },
            AsksForKeys);
        await using var dashboard = await DashboardHost.StartAsync(account, AsksForKeys, ("Dashboard:InferenceUrl", service.Client.BaseAddress!.ToString()));
        var (_, key) = await dashboard.Services.GetRequiredService<ApiKeyStore>().CreateAsync("someone", AccessScope.Classify, expiresAt: null, CancellationToken);

        using var closed = await dashboard.OpenAsync("/?tab=1", cancellationToken: CancellationToken);
        closed.StatusCode.ShouldBe(HttpStatusCode.Found);
        closed.Headers.Location!.ToString().ShouldBe("/sign-in?returnUrl=%2F%3Ftab%3D1");
        using var closedApi = await dashboard.Client.GetAsync(new Uri("/api/models", UriKind.Relative), CancellationToken);
        closedApi.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var wrong = await SignInAsync(dashboard, $"{key[..^1]}{(key[^1] == '0' ? '1' : '0')}");
        wrong.StatusCode.ShouldBe(HttpStatusCode.OK);
        CookieOf(wrong).ShouldBeNull();
        (await wrong.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("The key is not valid.");

        using var right = await SignInAsync(dashboard, key);
        right.StatusCode.ShouldBe(HttpStatusCode.Found);
        right.Headers.Location!.ToString().ShouldEndWith("/");
        var cookie = CookieOf(right).ShouldNotBeNull();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        cookie.ShouldNotContain(key);

        using var open = await dashboard.OpenAsync("/", cookie.Split(';')[0], CancellationToken);
        open.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await open.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("someone");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/models", UriKind.Relative));
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var api = await dashboard.Client.SendAsync(request, CancellationToken);
        api.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonElement.Parse(await api.Content.ReadAsStringAsync(CancellationToken)).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Another_replica_and_the_next_start_take_the_same_cookie()
    {
        var account = azurite.NewAccount();
        await using var first = await DashboardHost.StartAsync(account, AsksForKeys);
        var (_, key) = await first.Services.GetRequiredService<ApiKeyStore>().CreateAsync("someone", AccessScope.Manage, expiresAt: null, CancellationToken);
        using var signedIn = await SignInAsync(first, key);
        var cookie = CookieOf(signedIn).ShouldNotBeNull().Split(';')[0];

        await using var second = await DashboardHost.StartAsync(account, AsksForKeys);
        using var page = await second.OpenAsync("/", cookie, CancellationToken);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cookie_of_another_system_is_none()
    {
        await using var dashboard = await DashboardHost.StartAsync(azurite.NewAccount(), AsksForKeys);

        using var page = await dashboard.OpenAsync("/", $"{SignedInKey.Cookie}=CfDJ8nonsense", CancellationToken);

        page.StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    [Theory]
    [InlineData("/models/a?x=1", "/models/a?x=1")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("http://elsewhere.example/", "/")]
    [InlineData(null, "/")]
    public void Nobody_is_sent_elsewhere_after_signing_in(string? returnUrl, string expected) => SignInPaths.Local(returnUrl).ShouldBe(expected);

    /// <summary>The one with the key; forms have another one.</summary>
    private static string? CookieOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.SingleOrDefault(cookie => cookie.StartsWith(SignedInKey.Cookie, StringComparison.Ordinal)) : null;

    private static async Task<HttpResponseMessage> SignInAsync(DashboardHost dashboard, string key)
    {
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new(KeyFromCookie.Field, key)]);
        return await dashboard.Client.PostAsync(new Uri("/sign-in", UriKind.Relative), form, CancellationToken);
    }
}
