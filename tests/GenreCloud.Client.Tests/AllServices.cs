using GenreCloud.DatasetImport;
using GenreCloud.Inference;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using GenreCloud.Training;

namespace GenreCloud.Client.Tests;

/// <summary>The three services at one address, without the worker that trains: for the tests of one class.</summary>
public sealed class AllServices(AzuriteFixture azurite) : IAsyncLifetime
{
    private ServiceHost? _host;

    public HttpClient Http => _host!.Client;

    public DatasetImportClient Imports => new(Http);

    public TrainingClient Training => new(Http);

    public InferenceClient Inference => new(Http);

    public async ValueTask InitializeAsync() => _host = await ServiceHost.StartAsync(
        azurite.NewAccount(),
        builder =>
        {
            builder.AddServiceDefaults();
            builder.AddDatasetImport();
            builder.AddTrainingApi();
            builder.AddInference();
        },
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapDatasetImport();
            app.MapTraining();
            app.MapInference();
        },
        ("Inference:IntraOpThreads", "1"));

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
