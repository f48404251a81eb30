using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Logs, traces and metrics of a process, by OpenTelemetry.</summary>
public static partial class TelemetryExtensions
{
    private const string OwnLibraries = "GenreCloud.*";

    /// <summary>
    /// Keeps the frameworks' chatter out of the logs. Exports logs, traces and metrics by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, to Azure Monitor when
    /// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is set (with the credential of the identity <c>AZURE_CLIENT_ID</c> where
    /// that is set), and to both when both are. Otherwise nothing is even recorded. The other <c>OTEL_*</c> keys of the SDK hold as
    /// well. These keys have to be in the configuration before this call; a malformed one stops the host at start.
    /// </summary>
    public static TBuilder AddTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddQuietLogging();
        builder.Services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        builder.Services.AddOptions<TelemetryOptions>().Configure<IConfiguration>(TelemetryOptions.Read).ValidateOnStart();
        var options = new TelemetryOptions();
        TelemetryOptions.Read(options, builder.Configuration);
        if (options is { OtlpEndpoint: null, ApplicationInsights: null } || new TelemetryOptionsValidator().Validate(null, options).Failed)
        {
            return builder;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName(builder.Environment.ApplicationName), serviceVersion: Version())
                .AddEnvironmentVariableDetector()

                // A run's process may have its parent's service.instance.id from the environment; their metrics are not one series.
                .AddAttributes([KeyValuePair.Create<string, object>("process.pid", (long)Environment.ProcessId)]))
            .WithTracing(tracing => tracing
                .AddSource(OwnLibraries)
                .AddAspNetCoreInstrumentation(server => server.Filter = IsNoProbe)
                .AddHttpClientInstrumentation(client => client.FilterHttpRequestMessage = _ => HasParent(Activity.Current)))
            .WithMetrics(metrics => metrics
                .AddMeter(OwnLibraries)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation());
        if (options.OtlpEndpoint is not null)
        {
            telemetry.UseOtlpExporter();
        }

        if (options.ApplicationInsights is not null)
        {
            telemetry.UseAzureMonitorExporter(exporter => Configure(exporter, options.ApplicationInsights, builder.Configuration));
        }

        return builder;
    }

    /// <summary>
    /// Makes the providers of a host that is never started. Disposing the host then exports what they hold.
    /// </summary>
    public static void StartTelemetry(this IHost host)
    {
        host.Services.GetService<MeterProvider>();
        host.Services.GetService<TracerProvider>();
    }

    /// <summary>"GenreCloud.DatasetImport" is dataset-import; Standalone is the whole system.</summary>
    internal static string ServiceName(string application) => application switch
    {
        "GenreCloud.Standalone" or "" => "genrecloud",
        _ => WordStart().Replace(application[(application.LastIndexOf('.') + 1)..], "-").ToLowerInvariant(),
    };

    /// <summary>
    /// Leaves out what the frameworks log of each request and call, which the traces tell better, and the stack trace of a failed
    /// start, which would bury what the user is told. Comes before every other source of configuration: any of them overrides it.
    /// </summary>
    private static void AddQuietLogging(this IHostApplicationBuilder builder) =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Azure"] = "Warning",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
                ["Logging:LogLevel:Polly"] = "Warning",
                ["Logging:LogLevel:System.Net.Http"] = "Warning",
            },
        });

    private static string? Version() =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static bool IsNoProbe(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments("/alive", StringComparison.Ordinal);

    /// <summary>
    /// A call that is part of nothing (a look into a queue, the renewal of a lease) is no trace of its own, nor is one that is
    /// part of a probe: with the sampler <c>always_on</c>, which an Aspire app host sets, it would become one.
    /// </summary>
    private static bool HasParent(Activity? call) =>
        call is not null && call.ParentSpanId != default && call.Parent is not { IsAllDataRequested: false };

    private static void Configure(AzureMonitorExporterOptions exporter, string connectionString, IConfiguration configuration)
    {
        exporter.ConnectionString = connectionString;
        if (!string.IsNullOrEmpty(configuration["AZURE_CLIENT_ID"]))
        {
            exporter.Credential = new DefaultAzureCredential();
        }

        if (string.IsNullOrEmpty(configuration["OTEL_TRACES_SAMPLER"]))
        {
            // The exporter would keep five traces a second and so break those that run from process to process.
            exporter.TracesPerSecond = null;
            exporter.SamplingRatio = 1;
        }
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex WordStart();
}
