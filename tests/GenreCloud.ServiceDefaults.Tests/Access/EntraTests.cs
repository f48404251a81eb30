using System.Security.Claims;
using System.Security.Cryptography;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>Tokens as Entra ID makes them, by an issuer of the tests' own.</summary>
[Trait("Category", "Security")]
public sealed class EntraTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Audience = "api://genrecloud";

    private readonly RSA _rsa = RSA.Create(2048);
    private WebApplication _issuer = null!;

    private string Authority => _issuer.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Authority, jwks_uri = $"{Authority}/keys" }));
        _issuer.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(false)) { KeyId = "1" });
            return Results.Json(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig" } } });
        });
        await _issuer.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _rsa.Dispose();
    }

    [Theory]
    [InlineData("roles", "classify", "/classify", 200)]
    [InlineData("roles", "classify", "/manage", 403)]
    [InlineData("roles", "manage", "/manage", 200)]
    [InlineData("scp", "openid manage", "/manage", 200)]
    [InlineData("scp", "openid", "/classify", 403)]
    public async Task A_token_is_good_for_its_roles_and_scopes(string claim, string value, string path, int status)
    {
        await using var service = await StartAsync();

        using var response = await service.GetAsync(path, Token(_rsa, Authority, Audience, expiresIn: 5, new Claim(claim, value)));

        ((int)response.StatusCode).ShouldBe(status);
        if (status == 200)
        {
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("Ann");
        }
    }

    [Fact]
    public async Task A_token_of_another_issuer_for_others_past_its_time_or_signed_by_others_is_refused()
    {
        await using var service = await StartAsync();
        using var stranger = RSA.Create(2048);
        var manage = new Claim("roles", "manage");
        var good = Token(_rsa, Authority, Audience, 5, manage);

        (await service.StatusAsync("/manage", Token(_rsa, "http://127.0.0.1:9", Audience, 5, manage))).ShouldBe(401);
        (await service.StatusAsync("/manage", Token(_rsa, Authority, "api://another", 5, manage))).ShouldBe(401);
        (await service.StatusAsync("/manage", Token(_rsa, Authority, Audience, -30, manage))).ShouldBe(401);
        (await service.StatusAsync("/manage", Token(stranger, Authority, Audience, 5, manage))).ShouldBe(401);
        (await service.StatusAsync("/manage", Unsigned(good))).ShouldBe(401);
        (await service.StatusAsync("/manage", good)).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_is_taken_beside_tokens()
    {
        await using var service = await StartAsync();

        (await service.StatusAsync("/manage", await service.CreateKeyAsync())).ShouldBe(200);
    }

    private Task<GuardedService> StartAsync() =>
        GuardedService.StartAsync(azurite.NewAccount(), time: null, ("Access:EntraAuthority", Authority), ("Access:EntraAudience", Audience));

    private static string Token(RSA rsa, string issuer, string audience, int expiresIn, Claim claim)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Subject = new ClaimsIdentity([new Claim("name", "Ann"), new Claim("sub", "1"), claim]),
            NotBefore = now.AddMinutes(Math.Min(0, expiresIn) - 5),
            Expires = now.AddMinutes(expiresIn),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
        });
    }

    private static string Unsigned(string token) => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.";
}
