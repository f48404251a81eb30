using System.Net;
using System.Net.Http.Headers;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.OpenInference;

/// <summary>Who is refused before a request reaches the protocol is told so in the protocol's form, which is all that its clients read.</summary>
[Trait("Category", "Security")]
public sealed class ProtocolAccessTests(AzuriteFixture azurite)
{
    private const string Path = "/v2/models/genres";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_key_is_401_and_one_too_many_429()
    {
        var account = azurite.NewAccount();
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Access:RequireAuthentication", "true"), ("Access:RequestsPerMinute", "3"));
        using var keys = new ApiKeyStore(account.Blobs, TimeProvider.System);
        var (_, key) = await keys.CreateAsync("ann", AccessScope.Classify, expiresAt: null, CancellationToken);

        using var unknown = await GetAsync(service, Path);
        using var other = await GetAsync(service, "/api/models");
        HttpResponseMessage limited;
        for (var request = 1; (limited = await GetAsync(service, Path, key)).StatusCode == HttpStatusCode.NotFound; request++)
        {
            limited.Dispose();
            request.ShouldBeLessThan(100);
        }

        using (limited)
        {
            (await ErrorAsync(unknown, HttpStatusCode.Unauthorized)).ShouldStartWith("Unauthorized: Send an API key");
            unknown.Headers.WwwAuthenticate.ShouldNotBeEmpty();
            (await InferenceHost.ProblemAsync(other)).Status.ShouldBe(401);
            (await ErrorAsync(limited, HttpStatusCode.TooManyRequests)).ShouldContain("Retry-After");
            limited.Headers.RetryAfter.ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "elsewhere.example", HttpStatusCode.MisdirectedRequest)]
    public async Task A_page_of_another_site_is_refused_in_the_protocols_form(string header, string value, HttpStatusCode status)
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Add(header, value);

        using var response = await service.Client.SendAsync(request, CancellationToken);

        (await ErrorAsync(response, status)).ShouldContain("Access:AllowedHosts");
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage response, HttpStatusCode status) =>
        (await ProtocolClient.ReadAsync(response, ProtocolSchema.Error, status)).GetProperty("error").GetString()!;

    private static async Task<HttpResponseMessage> GetAsync(InferenceHost service, string path, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await service.Client.SendAsync(request, CancellationToken);
    }
}
