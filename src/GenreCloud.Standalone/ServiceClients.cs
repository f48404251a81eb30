using System.Net.Http.Headers;
using GenreCloud.Client;
using GenreCloud.Standalone.Demo;

namespace GenreCloud.Standalone;

/// <summary>The commands' view of the system: its HTTP API, as any client sees it.</summary>
internal sealed class ServiceClients : IDisposable
{
    private readonly HttpClient _imports;
    private readonly HttpClient _training;
    private readonly HttpClient _inference;

    public ServiceClients(DemoServices services)
    {
        _imports = Line(services.DatasetImport);
        _training = Line(services.Training);
        _inference = Line(services.Inference);
        Imports = new DatasetImportClient(_imports);
        Training = new TrainingClient(_training);
        Inference = new InferenceClient(_inference);
    }

    public DatasetImportClient Imports { get; }

    public TrainingClient Training { get; }

    public InferenceClient Inference { get; }

    /// <summary>The first service that does not say that everything is ready, by its address; null where all do.</summary>
    public async Task<Uri?> FindUnhealthyAsync(CancellationToken cancellationToken) =>
        !(await Imports.GetHealthAsync(cancellationToken)).IsHealthy ? _imports.BaseAddress
        : !(await Training.GetHealthAsync(cancellationToken)).IsHealthy ? _training.BaseAddress
        : !(await Inference.GetHealthAsync(cancellationToken)).IsHealthy ? _inference.BaseAddress
        : null;

    public void Dispose()
    {
        _imports.Dispose();
        _training.Dispose();
        _inference.Dispose();
    }

    // No limit: an upload takes what the line takes, and a command can be ended by hand. Services that ask who calls take an API key.
    private static HttpClient Line(Uri service) => new()
    {
        BaseAddress = service,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders =
        {
            Authorization = Environment.GetEnvironmentVariable("GENRECLOUD_API_KEY") is { Length: > 0 } key ? new AuthenticationHeaderValue("Bearer", key) : null,
        },
    };
}
