using GenreCloud.Dashboard.Access;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Files;
using GenreCloud.Dashboard.Forwarding;
using GenreCloud.Dashboard.Layout;
using GenreCloud.Dashboard.Upstream;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace GenreCloud.Dashboard;

/// <summary>The dashboard: web pages over the import, training and inference services, which it only knows by their APIs.</summary>
public static class DashboardService
{
    /// <summary>What a page gets from its JavaScript in one piece; the answer for a song of 20 minutes has 30 KB, the size that is allowed by default.</summary>
    private const long MaxMessageBytes = 1 << 20;

    public static TBuilder AddDashboard<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddSettings<DashboardOptions>("Dashboard");
        builder.AddSignIn();
        builder.AddServiceClients();
        builder.Services.AddHttpForwarder();
        builder.Services.AddMudServices();
        builder.Services.AddScoped<FormMemory>();
        builder.Services.AddScoped<BrowserFiles>();
        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
        return builder;
    }

    /// <summary>Maps the pages, their files, and unless the services are in this process what is forwarded to them.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        // What a build leaves in the sources and in packages is served from there; what is published needs it not.
        StaticWebAssetsLoader.UseStaticWebAssets(app.Environment, app.Configuration);
        app.UseNotFoundPage();
        app.UseAntiforgery();

        // Who signs in has no key yet, and needs the style sheet.
        app.MapStaticAssets().AllowAnonymous();
        app.MapSignOut();
        // Each page says itself what it may load, and who may frame it.
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .AllowClassify();
        if (!app.Services.GetRequiredService<IOptions<DashboardOptions>>().Value.ServicesInProcess)
        {
            app.MapForwarding();
        }

        return app;
    }
}
