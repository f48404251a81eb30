using System.Net.Http.Headers;
using System.Text.Json;
using GenreCloud.Client.Checkpoints;
using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Http;
using GenreCloud.Client.Models;
using GenreCloud.Client.Runs;
using GenreCloud.Client.Sweeps;

namespace GenreCloud.Client;

/// <summary>
/// A typed client of GenreCloud's training service: trains networks on dataset versions, compares settings, evaluates models. Safe for concurrent use. Besides
/// <see cref="GenreCloudException"/>, every call fails with <see cref="HttpRequestException"/> where the service is not reached.
/// </summary>
/// <param name="http">
/// Its base address is the service's; its timeout is that of a request. What the service asks for in every request, such as a key, belongs to its default
/// headers.
/// </param>
/// <param name="time">Spaces the attempts to follow a service that restarts; null for the system's clock.</param>
public sealed class TrainingClient(HttpClient http, TimeProvider? time = null)
{
    private readonly ServiceApi _api = new(http);

    /// <summary>
    /// How long a service that was followed is tried again once it does not answer any more, before the caller is told. A service that is replaced is back within
    /// the two minutes that it is unless set.
    /// </summary>
    public TimeSpan EventPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the service is ready, and if not, what is wrong.</summary>
    public Task<ServiceHealth> GetHealthAsync(CancellationToken cancellationToken = default) => _api.GetHealthAsync(cancellationToken);

    /// <summary>The networks that can be trained.</summary>
    public Task<IReadOnlyList<Architecture>> ListArchitecturesAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<Architecture>>("api/architectures", cancellationToken);

    /// <summary>Trains a network on a dataset version and registers it.</summary>
    /// <exception cref="GenreCloudException">400: the request is wrong, and the problem says where. 404: there is no such dataset or model. 409: the dataset is being deleted.</exception>
    public Task<Run> StartRunAsync(RunRequest request, CancellationToken cancellationToken = default) => _api.PostAsync<Run>("api/runs", request, cancellationToken);

    /// <summary>The runs, the newest first.</summary>
    public Task<IReadOnlyList<Run>> ListRunsAsync(CancellationToken cancellationToken = default) => _api.GetAsync<IReadOnlyList<Run>>("api/runs", cancellationToken);

    /// <summary>A run: how far it is, its epochs, the curve of its range test, its result.</summary>
    /// <exception cref="GenreCloudException">404: there is no such run.</exception>
    public Task<Run> GetRunAsync(string id, CancellationToken cancellationToken = default) => _api.GetAsync<Run>(ApiPath.Of($"api/runs/{id}"), cancellationToken);

    /// <summary>The steps that a run has made so far, in order.</summary>
    /// <exception cref="GenreCloudException">404: there is no such run.</exception>
    public Task<IReadOnlyList<StepMetrics>> ListStepsAsync(string id, CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<StepMetrics>>(ApiPath.Of($"api/runs/{id}/steps"), cancellationToken);

    /// <summary>
    /// What happens to a run and has happened, to its end: steps and epochs from the first on. Where the line breaks or the service restarts, it goes on where it
    /// was, for as long as <see cref="EventPatience"/> without an answer.
    /// </summary>
    /// <exception cref="GenreCloudException">404: there is no such run.</exception>
    public IAsyncEnumerable<RunEvent> FollowRunAsync(string id, CancellationToken cancellationToken = default) =>
        new EventFeed(_api, time ?? TimeProvider.System, EventPatience).FollowAsync<RunEvent>(
            ApiPath.Of($"api/runs/{id}/events"),
            (type, data) => type switch
            {
                "progress" => data.Deserialize<RunMoved>(ClientJson.Options),
                "step" => new StepMade(data.Deserialize<StepMetrics>(ClientJson.Options)!),
                "epoch" => new EpochFinished(data.Deserialize<EpochMetrics>(ClientJson.Options)!),
                "end" => new RunEnded(data.Deserialize<Run>(ClientJson.Options)!),
                _ => null,
            },
            cancellationToken);

    /// <summary>Cancels a run; nothing of it is registered.</summary>
    /// <exception cref="GenreCloudException">404: there is no such run. 409: it has ended, or is being registered.</exception>
    public Task<Run> CancelRunAsync(string id, CancellationToken cancellationToken = default) => _api.DeleteAsync<Run>(ApiPath.Of($"api/runs/{id}"), cancellationToken);

    /// <summary>Lets a run that was cancelled or has failed go on, from the last state that was saved of it.</summary>
    /// <returns>The run, queued.</returns>
    /// <exception cref="GenreCloudException">404: there is no such run. 409: it is under way or completed, or its dataset is being deleted.</exception>
    public Task<Run> ResumeRunAsync(string id, CancellationToken cancellationToken = default) =>
        _api.PostAsync<Run>(ApiPath.Of($"api/runs/{id}/resume"), body: null, cancellationToken);

    /// <summary>What the network of a completed run answers to each validation spectrogram.</summary>
    /// <exception cref="GenreCloudException">404: there is no such run, or it is not completed.</exception>
    public Task<RunAnswers> GetRunAnswersAsync(string id, CancellationToken cancellationToken = default) =>
        _api.GetAsync<RunAnswers>(ApiPath.Of($"api/runs/{id}/answers"), cancellationToken);

    /// <summary>Starts the runs of a grid, a random search or a cross-validation.</summary>
    /// <exception cref="GenreCloudException">400: the request is wrong, and the problem says where. 404: there is no such dataset. 409: the dataset is being deleted.</exception>
    public Task<SweepReport> StartSweepAsync(SweepRequest request, CancellationToken cancellationToken = default) =>
        _api.PostAsync<SweepReport>("api/sweeps", request, cancellationToken);

    /// <summary>The sweeps, the newest first.</summary>
    public Task<IReadOnlyList<Sweep>> ListSweepsAsync(CancellationToken cancellationToken = default) => _api.GetAsync<IReadOnlyList<Sweep>>("api/sweeps", cancellationToken);

    /// <summary>A sweep as it stands, the best candidate marked.</summary>
    /// <exception cref="GenreCloudException">404: there is no such sweep.</exception>
    public Task<SweepReport> GetSweepAsync(string id, CancellationToken cancellationToken = default) =>
        _api.GetAsync<SweepReport>(ApiPath.Of($"api/sweeps/{id}"), cancellationToken);

    /// <summary>Two candidates of a sweep on the same spectrograms.</summary>
    /// <param name="id">The sweep.</param>
    /// <param name="first">Its place in the sweep, from 0; null for the best, or the best but the other.</param>
    /// <param name="second">The other's.</param>
    /// <exception cref="GenreCloudException">400: there are no such candidates. 404: there is no such sweep. 409: one is not completed.</exception>
    public Task<SweepComparison> CompareCandidatesAsync(string id, int? first = null, int? second = null, CancellationToken cancellationToken = default) =>
        _api.GetAsync<SweepComparison>(ApiPath.Query(ApiPath.Of($"api/sweeps/{id}/comparison"), ("first", first), ("second", second)), cancellationToken);

    /// <summary>Cancels the runs of a sweep that have not ended.</summary>
    /// <exception cref="GenreCloudException">404: there is no such sweep.</exception>
    public Task<SweepReport> CancelSweepAsync(string id, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync<SweepReport>(ApiPath.Of($"api/sweeps/{id}"), cancellationToken);

    /// <summary>Evaluates a registered model version on a dataset version.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or dataset. 409: the model cannot be used, or the dataset is being deleted.</exception>
    public Task<ModelEvaluation> StartEvaluationAsync(EvaluationRequest request, CancellationToken cancellationToken = default) =>
        _api.PostAsync<ModelEvaluation>("api/evaluations", request, cancellationToken);

    /// <summary>The evaluations, the newest first.</summary>
    /// <param name="model">Only of this model; null for all.</param>
    /// <param name="version">Only of this version; null for all.</param>
    /// <param name="dataset">Only on this dataset; null for all.</param>
    public Task<IReadOnlyList<ModelEvaluation>> ListEvaluationsAsync(
        string? model = null, int? version = null, string? dataset = null, CancellationToken cancellationToken = default) =>
        _api.GetAsync<IReadOnlyList<ModelEvaluation>>(
            ApiPath.Query("api/evaluations", ("model", model), ("version", version), ("dataset", dataset)), cancellationToken);

    /// <summary>An evaluation: how far it is, its report.</summary>
    /// <exception cref="GenreCloudException">404: there is no such evaluation.</exception>
    public Task<ModelEvaluation> GetEvaluationAsync(string id, CancellationToken cancellationToken = default) =>
        _api.GetAsync<ModelEvaluation>(ApiPath.Of($"api/evaluations/{id}"), cancellationToken);

    /// <summary>Cancels an evaluation.</summary>
    /// <exception cref="GenreCloudException">404: there is no such evaluation. 409: it has ended.</exception>
    public Task<ModelEvaluation> CancelEvaluationAsync(string id, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync<ModelEvaluation>(ApiPath.Of($"api/evaluations/{id}"), cancellationToken);

    /// <summary>Registers a PyTorch checkpoint as a model version.</summary>
    /// <param name="file">Of <c>torch.save</c>; read once, from where it is to its end.</param>
    /// <param name="request">What becomes of it.</param>
    /// <returns>The card of the version.</returns>
    /// <exception cref="GenreCloudException">400: the file or the request is wrong. 404: there is no such dataset. 413: the file is too large.</exception>
    public async Task<ModelCard> RegisterCheckpointAsync(Stream file, CheckpointRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = ApiPath.Query(
            "api/checkpoints",
            ("model", request.Model),
            ("architecture", request.Architecture),
            ("labels", request.Labels is null ? null : string.Join(',', request.Labels)),
            ("dataset", request.Dataset),
            ("version", request.DatasetVersion),
            ("fileName", request.FileName));
        using var content = new StreamContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        return (await _api.SendAsync<ModelCard>(HttpMethod.Post, path, content, ifMatch: null, cancellationToken).ConfigureAwait(false)).Value;
    }
}
