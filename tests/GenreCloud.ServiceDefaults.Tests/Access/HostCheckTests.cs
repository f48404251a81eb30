using System.Net;
using System.Text.Json;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>What a page that a browser of this machine shows can do to a service that asks nobody.</summary>
[Trait("Category", "Security")]
public sealed class HostCheckTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:5200")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("evillocalhost")]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.7:5200")]
    public async Task A_name_that_its_owner_let_lead_here_gets_nothing(string host)
    {
        await using var service = await StartAsync();

        foreach (var path in (string[])["/thing", "/health", "/openapi/v1.json", "/nothing"])
        {
            using var answer = await SendAsync(service, HttpMethod.Get, path, host, origin: null);

            answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest, path);
            (await DetailAsync(answer)).ShouldContain("Access:AllowedHosts");
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:80")]
    [InlineData("127.0.0.1:5200")]
    [InlineData("127.8.8.8")]
    [InlineData("[::1]:5200")]
    [InlineData("genrecloud.dev.localhost:5200")]
    [InlineData("genres.example")]
    public async Task The_names_of_this_machine_and_those_that_were_given_are_answered(string host)
    {
        await using var service = await StartAsync(("Access:AllowedHosts", "other.example; genres.example"));

        using var answer = await SendAsync(service, HttpMethod.Get, "/thing", host, origin: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://evil.example", false)]
    [InlineData("http://evil.example:5200", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData("http://localhost:5200", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("https://genres.example", true)]
    public async Task A_form_of_another_site_is_not_taken(string origin, bool isTaken)
    {
        await using var service = await StartAsync(("Access:AllowedHosts", "other.example; genres.example"));

        using var answer = await SendAsync(service, HttpMethod.Post, "/thing", "127.0.0.1", origin);

        answer.StatusCode.ShouldBe(isTaken ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        if (!isTaken)
        {
            (await DetailAsync(answer)).ShouldContain(origin);
        }
    }

    [Theory]
    [InlineData("Access:RequireAuthentication", HttpStatusCode.Unauthorized)]
    [InlineData("Access:AllowAnonymousOnNetwork", HttpStatusCode.OK)]
    public async Task Whoever_asks_for_keys_or_is_open_to_the_network_has_any_name(string setting, HttpStatusCode status)
    {
        await using var service = await StartAsync((setting, "true"));

        using var answer = await SendAsync(service, HttpMethod.Get, "/thing", "genres.example", "https://other.example");

        answer.StatusCode.ShouldBe(status);
    }

    private static async Task<HttpResponseMessage> SendAsync(ServiceHost service, HttpMethod method, string path, string host, string? origin)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Headers = { Host = host } };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await service.Client.SendAsync(request, CancellationToken);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(CancellationToken)).RootElement.GetProperty("detail").GetString().ShouldNotBeNull();

    private Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) => ServiceHost.StartAsync(
        azurite.NewAccount(),
        builder => builder.AddServiceDefaults(),
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapGet("/thing", () => "here");
            app.MapPost("/thing", () => "here");
        },
        settings);
}
