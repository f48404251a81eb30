using GenreCloud.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace GenreCloud.Dashboard.Access;

/// <summary>Signing in with an API key, where the services ask for one (<c>Access:RequireAuthentication</c>).</summary>
internal static class SignInHosting
{
    public static void AddSignIn(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Dashboard);
        builder.Services.AddDataProtection().SetApplicationName("GenreCloud.Dashboard");
        builder.Services.AddSingleton<ProtectionKeys>();
        builder.Services.AddOptions<KeyManagementOptions>().Configure<ProtectionKeys>((options, keys) =>
        {
            options.XmlRepository = keys;

            // The storage encrypts them; without this every start would warn that nothing does.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddSingleton<SignedInKey>();
        builder.Services.AddSingleton<IStartupFilter, KeyFromCookie>();
        builder.Services.AddSingleton<IClaimsTransformation, KeyOfViewer>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, SignInRedirect>();
    }

    public static void MapSignOut(this IEndpointRouteBuilder app) =>
        app.MapPost(SignInPaths.SignOut, (HttpContext http) =>
        {
            SignedInKey.Delete(http);
            return TypedResults.LocalRedirect(SignInPaths.SignIn);
        }).AllowAnonymous().ExcludeFromDescription();
}
