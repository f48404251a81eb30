using GenreCloud.DatasetImport.Sources;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>The import service on a storage account of its own, for the tests of one class. Each test uses a dataset of its own.</summary>
public sealed class ImportService(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>Of <see cref="Host"/>, in bytes; small enough for a test to go beyond.</summary>
    public const int MaxSourceBytes = 2 << 20;

    private ServiceHost? _host;

    public StorageAccount Account { get; } = azurite.NewAccount();

    public ServiceHost Host => _host ?? throw new InvalidOperationException("The service has not been started.");

    public static Task<ServiceHost> StartAsync(
        StorageAccount account, Action<WebApplicationBuilder>? configure = null, bool allowLocalPaths = true, bool allowPrivateAddresses = true, params (string Key, string Value)[] settings) =>
        ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddDatasetImport();
                configure?.Invoke(builder);
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapDatasetImport();
            },
            [("DatasetImport:AllowLocalPaths", $"{allowLocalPaths}"), ("DatasetImport:AllowPrivateAddresses", $"{allowPrivateAddresses}"), .. settings]);

    public async ValueTask InitializeAsync() => _host = await StartAsync(
        Account,
        builder => builder.Services.AddSingleton(new SourceTuning { RetryDelay = TimeSpan.FromMilliseconds(10) }),
        allowLocalPaths: true,
        allowPrivateAddresses: true,
        ("DatasetImport:MaxSourceBytes", $"{MaxSourceBytes}"),
        ("DatasetImport:MaxEntryBytes", $"{1 << 20}"),
        ("DatasetImport:MaxEntries", "50"),
        ("DatasetImport:SourceTimeout", "00:00:01"));

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
