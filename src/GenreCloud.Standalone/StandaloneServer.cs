using System.Net.Sockets;
using GenreCloud.Dashboard;
using GenreCloud.DatasetImport;
using GenreCloud.Inference;
using GenreCloud.LocalTools;
using GenreCloud.LocalTools.AspireDashboard;
using GenreCloud.LocalTools.Azurite;
using GenreCloud.LocalTools.Npm;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Training;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace GenreCloud.Standalone;

/// <summary>
/// The import, training and inference services and the dashboard in one process, with Azurite beside them unless
/// <c>ConnectionStrings:blobs</c> names another storage, and the Aspire dashboard if that is asked for.
/// </summary>
public sealed partial class StandaloneServer : IAsyncDisposable
{
    private const string AllowLocalPaths = "DatasetImport:AllowLocalPaths";
    private const string AllowPrivateAddresses = "DatasetImport:AllowPrivateAddresses";
    private const string AllowPrivateWebhooks = "Webhooks:AllowPrivateAddresses";
    private const string TracesUrl = "Dashboard:TracesUrl";
    private const string ServicesInProcess = "Dashboard:ServicesInProcess";
    private const string CacheDirectory = "Training:CacheDirectory";

    /// <summary>How long a storage may take to answer, which on a busy machine is more than the host waits by itself.</summary>
    private static readonly TimeSpan StoragePatience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly AzuriteProcess? _azurite;

    private StandaloneServer(WebApplication app, AzuriteProcess? azurite, AspireDashboardProcess? dashboard)
    {
        _app = app;
        _azurite = azurite;
        Dashboard = dashboard;
        _ = azurite is null ? Task.CompletedTask : StopWithAzuriteAsync(azurite);
        _ = dashboard is null ? Task.CompletedTask : TellOfEndAsync(dashboard);
    }

    /// <summary>The Aspire dashboard that gets the telemetry; null unless <see cref="StandaloneOptions.Dashboard"/> asks for one.</summary>
    public AspireDashboardProcess? Dashboard { get; }

    /// <summary>Where the dashboard and the API answer, with the real port.</summary>
    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    /// <summary>Cancelled when the system begins to end: it was asked to (Ctrl+C, SIGTERM), or its storage is gone.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>True when the system ends because Azurite did.</summary>
    public bool LostStorage { get; private set; }

    /// <summary>Starts storage and services; returns when requests are answered.</summary>
    /// <param name="options">What is started, and where.</param>
    /// <param name="consoleLevel">What of the log is written to the console.</param>
    /// <exception cref="StartupException">Something that the user can mend: the port is taken, Node is missing, a setting is wrong.</exception>
    public static async Task<StandaloneServer> StartAsync(StandaloneOptions options, LogLevel consoleLevel, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // By this name the files of the pages are found, whatever program the server runs in.
            ApplicationName = typeof(StandaloneServer).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseUrls(options.Urls);
        builder.Logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        if (consoleLevel > LogLevel.Information)
        {
            // On the console only: a dashboard gets it all.
            builder.Logging.AddFilter<ConsoleLoggerProvider>(null, consoleLevel);
        }

        AspireDashboardProcess? dashboard = null;
        AzuriteProcess? azurite = null;
        WebApplication? app = null;
        try
        {
            if (options.Dashboard)
            {
                dashboard = await StartDashboardAsync(consoleLevel, cancellationToken);
                builder.Configuration.SendTo(dashboard);
                builder.Configuration[TracesUrl] = new Uri(dashboard.Frontend, "/traces").ToString();
            }

            if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString("blobs")))
            {
                azurite = await StartAzuriteAsync(options, consoleLevel, cancellationToken);
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["ConnectionStrings:blobs"] = azurite.ConnectionStringBlobs,
                    ["ConnectionStrings:queues"] = azurite.ConnectionStringQueues,
                });
            }

            // A path is how someone on this machine names a zip, and a server of the own network is one's own; where others can reach
            // the API, neither is theirs to name.
            var isOnesOwn = IsLoopback(options.Urls) ? "true" : "false";
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [AllowLocalPaths] = builder.Configuration[AllowLocalPaths] ?? isOnesOwn,
                [AllowPrivateAddresses] = builder.Configuration[AllowPrivateAddresses] ?? isOnesOwn,
                [AllowPrivateWebhooks] = builder.Configuration[AllowPrivateWebhooks] ?? isOnesOwn,
                [ServicesInProcess] = "true",
                [CacheDirectory] = builder.Configuration[CacheDirectory] ?? Path.Combine(options.DataDirectory, "shards"),
            });
            builder.AddServiceDefaults();
            builder.AddDatasetImport();
            builder.AddTraining();
            builder.AddInference();
            builder.AddDashboard();

            app = builder.Build();
            app.MapDefaultEndpoints();
            app.MapDatasetImport();
            app.MapTraining();
            app.MapInference();
            app.MapDashboard();
            app.RequireValidSettings();
            await app.StartAsync(cancellationToken);

            // Who serves others may start before its storage; on one's own machine a storage that is away is a mistake. One that
            // is only slow is waited for.
            var storage = app.Services.GetRequiredService<StorageProvisioning>();
            await storage.FirstAttempt.WaitAsync(StoragePatience, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!storage.Ready.IsCompleted)
            {
                throw new StartupException(storage.Fault);
            }

            return new StandaloneServer(app, azurite, dashboard);
        }
        catch (Exception exception)
        {
            if (app is not null)
            {
                // Services that started before the one that failed are at work already, and need their storage to stop in order.
                // A host whose options are wrong has started none, and cannot be stopped.
                if (exception is not (OptionsValidationException or AggregateException))
                {
                    await app.StopAsync(CancellationToken.None);
                }

                await app.DisposeAsync();
            }

            if (azurite is not null)
            {
                await azurite.DisposeAsync();
            }

            if (dashboard is not null)
            {
                await dashboard.DisposeAsync();
            }

            if (Explain(exception, options) is { } message)
            {
                throw new StartupException(message, exception);
            }

            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Ends the services first, then Azurite, which saves what it holds, and the dashboard, which has heard of it all.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        if (Dashboard is not null)
        {
            await Dashboard.DisposeAsync();
        }
    }

    private async Task StopWithAzuriteAsync(AzuriteProcess azurite)
    {
        await azurite.Exited;
        if (!Stopping.IsCancellationRequested)
        {
            LostStorage = true;
            LogAzuriteEnded(_app.Logger, azurite.Output);
            _app.Lifetime.StopApplication();
        }
    }

    private async Task TellOfEndAsync(AspireDashboardProcess dashboard)
    {
        await dashboard.Exited;
        if (!Stopping.IsCancellationRequested)
        {
            LogDashboardEnded(_app.Logger, dashboard.Output);
        }
    }

    private static bool IsLoopback(string urls) =>
        urls.Split(';').All(url => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsLoopback);

    internal static async Task<AzuriteProcess> StartAzuriteAsync(StandaloneOptions options, LogLevel consoleLevel, CancellationToken cancellationToken)
    {
        using var logging = LoggerFactory.Create(logging => logging.AddConsole().SetMinimumLevel(consoleLevel));
        return await AzuriteProcess.StartAsync(
            new AzuriteOptions
            {
                DataDirectory = Path.Combine(options.DataDirectory, "azurite"),
                PackageDirectory = NpmPackages.DefaultDirectory,
            },
            logging.CreateLogger<AzuriteProcess>(),
            TimeProvider.System,
            cancellationToken);
    }

    private static async Task<AspireDashboardProcess> StartDashboardAsync(LogLevel consoleLevel, CancellationToken cancellationToken)
    {
        using var logging = LoggerFactory.Create(logging => logging.AddConsole().SetMinimumLevel(consoleLevel));
        return await AspireDashboardProcess.StartAsync(
            new AspireDashboardOptions { PackageDirectory = NpmPackages.DefaultDirectory },
            logging.CreateLogger<AspireDashboardProcess>(),
            TimeProvider.System,
            cancellationToken);
    }

    private static string? Explain(Exception exception, StandaloneOptions options) => exception switch
    {
        LocalToolException => exception.Message,
        IOException { InnerException: AddressInUseException } =>
            $"{options.Urls} is taken by another program (or another GenreCloud). Serve elsewhere with --urls http://127.0.0.1:5201, or end that program.",
        FormatException => $"{options.Urls} is no address to serve at. Give one with --urls, for example {StandaloneOptions.DefaultUrls}.",
        SocketException or UnauthorizedAccessException => exception.Message,
        _ => StartupFaults.Explain(exception) ?? (exception as IOException)?.Message,
    };

    [LoggerMessage(LogLevel.Critical, "Azurite, which holds all data, has ended; so does GenreCloud. Start it again: what was acknowledged goes on. Azurite's last words: {Output}")]
    private static partial void LogAzuriteEnded(ILogger logger, string output);

    [LoggerMessage(LogLevel.Warning, "The Aspire dashboard has ended; GenreCloud serves on without it. The dashboard's last words: {Output}")]
    private static partial void LogDashboardEnded(ILogger logger, string output);
}
