using GenreCloud.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>Who may call a service.</summary>
internal static class AccessHosting
{
    /// <summary>Sends each request to the scheme of the key or token that it has.</summary>
    private const string AnyScheme = "Access";

    public static void AddAccess(this IHostApplicationBuilder builder)
    {
        // Where there is a storage: a host that has none has no keys, and asks nobody.
        builder.Services.Configure<StorageNeeds>(needs => needs.Containers.Add(StorageNames.Containers.Access));
        builder.AddSettings<AccessOptions>("Access").Validate(
            options => options.EntraAuthority is null == options.EntraAudience is null,
            "Access:EntraAuthority (environment: Access__EntraAuthority) and Access:EntraAudience go together: give both, or neither for API keys alone.");
        builder.Services.TryAddSingleton<ApiKeyStore>();
        builder.Services.AddSingleton<WrongKeys>();
        builder.Services.AddHostedService<AddressCheck>();
        builder.Services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, displayName: null, options =>
            {
                options.ForwardDefaultSelector = SchemeOf;

                // Whatever was wrong with it, what to send instead is the same.
                options.ForwardChallenge = ApiKeyAuthentication.SchemeName;
                options.ForwardForbid = ApiKeyAuthentication.SchemeName;
            })
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, configureOptions: null)
            .AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<AccessOptions>>(Configure);
        builder.Services.AddSingleton<IAuthorizationHandler, ScopeAuthorization>();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(AccessPolicies.NameOf(AccessScope.Classify), policy => policy.AddRequirements(new ScopeRequirement(AccessScope.Classify)))
            .SetDefaultPolicy(Manage())
            .SetFallbackPolicy(Manage());
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddSingleton<IConfigureOptions<RateLimiterOptions>, RequestLimits>();
    }

    public static void UseAccess(this WebApplication app)
    {
        app.UseHostCheck();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    private static AuthorizationPolicy Manage() => new AuthorizationPolicyBuilder().AddRequirements(new ScopeRequirement(AccessScope.Manage)).Build();

    private static string SchemeOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.EntraAuthority is not null
        && ApiKeyAuthentication.Given(context.Request) is { } given
        && !given.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)
            ? JwtBearerDefaults.AuthenticationScheme
            : ApiKeyAuthentication.SchemeName;

    private static void Configure(JwtBearerOptions bearer, IOptions<AccessOptions> access)
    {
        if (access.Value is not { EntraAuthority: { } authority, EntraAudience: { } audience })
        {
            return;
        }

        bearer.Authority = authority;
        bearer.Audience = audience;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters.NameClaimType = "name";

        // For tokens of one's own machine.
        bearer.RequireHttpsMetadata = !new Uri(authority).IsLoopback;
    }
}
