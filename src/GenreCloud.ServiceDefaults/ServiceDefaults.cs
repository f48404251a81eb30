using GenreCloud.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Scalar.AspNetCore;

namespace GenreCloud.ServiceDefaults;

/// <summary>What every GenreCloud service has: problem details, JSON conventions, OpenAPI and health.</summary>
public static class ServiceDefaults
{
    /// <summary>Adds problem details for every failure, the one dialect of JSON, OpenAPI and health checks.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();

        // Without it only the Development environment says what is wrong with a query or a body.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
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
        app.UseExceptionHandler();
        app.UseStatusCodePages();

        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealthAsync });
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteHealthAsync });
        app.MapOpenApi();
        app.MapScalarApiReference(options => options.WithTitle("GenreCloud").DisableDefaultFonts());
        return app;
    }

    /// <summary>Writes <c>{"status", "checks": {name: {"status", "description"}}}</c>.</summary>
    private static Task WriteHealthAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description }),
        });
}
