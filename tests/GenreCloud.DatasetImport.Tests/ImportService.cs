using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;

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
        StorageAccount account, Action<WebApplicationBuilder>? configure = null, bool allowLocalPaths = true, params (string Key, string Value)[] settings) =>
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
            [("DatasetImport:AllowLocalPaths", $"{allowLocalPaths}"), .. settings]);

    public async ValueTask InitializeAsync() => _host = await StartAsync(
        Account,
        configure: null,
        allowLocalPaths: true,
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
