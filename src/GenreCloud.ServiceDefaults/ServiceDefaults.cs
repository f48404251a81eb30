using GenreCloud.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace GenreCloud.ServiceDefaults;

/// <summary>What every GenreCloud service has: telemetry, problem details, JSON conventions, OpenAPI, health, and HTTP calls that find their host.</summary>
public static class ServiceDefaults
{
    /// <summary>
    /// Adds telemetry, problem details for every failure, the one dialect of JSON, OpenAPI, health checks, and to every client
    /// of the HTTP client factory service discovery and resilience.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            // What a POST asked for may have been done although its answer was lost.
            client.AddStandardResilienceHandler(resilience => resilience.Retry.DisableForUnsafeHttpMethods());
            client.AddServiceDiscovery();
        });
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = AddMissingDetail);
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();

        // A body that cannot be bound becomes an exception in every environment, so that the answer can say what is wrong with it.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.AddAccess();
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        builder.Services.AddOpenApi();
        builder.Services.AddHealthChecks();
        builder.Services.ConfigureHttpJsonOptions(options => GenreCloudJson.Configure(options.SerializerOptions));
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready to serve: every check), <c>/alive</c> (the process answers: no check),
    /// <c>/openapi/v1.json</c> and its reader <c>/scalar</c>, and turns failures into problem details.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAccess();

        // Probes have no key, and who looks up how to call the API has none yet.
        var open = app.MapGroup("").AllowAnonymous();
        open.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealthAsync }).DisableHttpMetrics();
        open.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteHealthAsync }).DisableHttpMetrics();
        open.MapOpenApi();
        open.MapScalarApiReference(options => options.WithTitle("GenreCloud").DisableDefaultFonts());
        return app;
    }

    /// <summary>Routing refuses requests with a bare status; says what to do about those too.</summary>
    private static void AddMissingDetail(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
        {
            StatusCodes.Status401Unauthorized =>
                "Send an API key that is valid, as Authorization: Bearer gck_... or as X-Api-Key: gck_..., or a token of Entra ID where the service takes those.",
            StatusCodes.Status403Forbidden => $"{request.Method} {request.Path} takes the scope manage, which this key or account does not have.",
            StatusCodes.Status404NotFound => $"Nothing is served at {request.Path}. /openapi/v1.json lists what is.",
            StatusCodes.Status405MethodNotAllowed => $"{request.Path} does not take {request.Method}. /openapi/v1.json lists what it takes.",
            StatusCodes.Status415UnsupportedMediaType =>
                $"{request.Path} does not take the Content-Type \"{request.ContentType}\". /openapi/v1.json lists those that it takes.",
            StatusCodes.Status429TooManyRequests =>
                "There were too many requests from this key or account, or too many wrong keys from this address. Wait for as many seconds as the header Retry-After says.",
            _ => null,
        };
    }

    /// <summary>
    /// Writes <c>{"status", "checks": {name: {"status", "description"}}}</c>; the descriptions, which name the storage, not to those who should have said who
    /// they are and did not.
    /// </summary>
    private static Task WriteHealthAsync(HttpContext context, HealthReport report)
    {
        var tellsAll = context.User.Identity?.IsAuthenticated == true
            || !context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.RequireAuthentication;
        return context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { status = entry.Value.Status.ToString(), description = tellsAll ? entry.Value.Description : null }),
        });
    }
}
