using System.Net.Http.Json;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.ModelEvaluations;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Tests.ModelEvaluations;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>Runs, sweeps and evaluations, and the deletion of their dataset version by the real import service.</summary>
public sealed class DeletedDatasetTests(AzuriteFixture azurite)
{
    private static readonly string[] Genres = ["classical", "techno"];

    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_not_deleted_while_it_is_used_and_not_used_once_it_is_deleted()
    {
        await SmallDataset.WriteAsync(_account, clipsPerGenre: 1, _ => [], Genres);
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(_account, network, Genres);
        await using var import = await StartImportServiceAsync();
        string evaluation, run, sweep;
        await using (var service = await TrainingProcess.StartAsync(_account, arguments: "api"))
        {
            // The evaluation's worker ends with the service; nobody takes the runs.
            run = await service.StartRunAsync(new { dataset = SmallDataset.Name });
            using var accepted = await service.PostAsync(new { run = new { dataset = SmallDataset.Name }, parameters = new { seed = new[] { 1 } } }, "/api/sweeps");
            sweep = accepted.Headers.Location.ShouldNotBeNull().ToString().Split('/')[^1];
            evaluation = await service.StartEvaluationAsync(new { model = UntrainedModel.Name, dataset = SmallDataset.Name, samples = "all" });
            await service.WaitForEvaluationAsync(evaluation);

            var problem = await DeleteAsync(import, 409);
            problem.ShouldContain($"run {run}");
            problem.ShouldContain($"of sweep {sweep}");
            problem.ShouldNotContain(evaluation, Case.Sensitive, "it has ended");
            await ReopenAsync(evaluation);
            (await DeleteAsync(import, 409)).ShouldContain($"evaluation {evaluation}");

            (await service.DeleteAsync($"/api/evaluations/{evaluation}")).Dispose();
            (await service.DeleteAsync($"/api/runs/{run}")).Dispose();
            (await service.DeleteAsync($"/api/sweeps/{sweep}")).Dispose();
            await DeleteAsync(import, 202);

            await RefusedAsync(service, "/api/runs", new { dataset = SmallDataset.Name, version = 1 }, 409, "POST /api/datasets/small/1/restore");
            await RefusedAsync(service, "/api/runs", new { dataset = SmallDataset.Name }, 404, "There is no dataset small.");
            await RefusedAsync(service, "/api/sweeps", new { run = new { dataset = SmallDataset.Name, version = 1 }, folds = 2 }, 409, "restore");
            await RefusedAsync(service, "/api/evaluations", new { model = UntrainedModel.Name, dataset = SmallDataset.Name, datasetVersion = 1 }, 409, "restore");
            using var restored = await import.Client.PostAsync(new Uri("/api/datasets/small/1/restore", UriKind.Relative), null, CancellationToken);
            restored.EnsureSuccessStatusCode();
            (await service.StartRunAsync(new { dataset = SmallDataset.Name })).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task A_run_or_an_evaluation_whose_dataset_version_is_marked_between_its_check_and_its_document_is_refused_and_has_failed()
    {
        var manifest = await SmallDataset.WriteAsync(_account, clipsPerGenre: 1, _ => [], Genres);
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(_account, network, Genres);
        await _account.Blobs.GetBlobContainerClient(StorageNames.Containers.Evaluations).CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        var time = TimeProvider.System;
        var marks = new DatasetDeletions(_account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets), time);
        var blobs = new MarkedMeanwhile(() => marks.MarkAsync(SmallDataset.Name, manifest.Version, CancellationToken)).BlobsOf(_account);
        var (runs, evaluations, registry, datasets) =
            (new RunStore(blobs, time), new ModelEvaluationStore(blobs, time), new ModelRegistry(blobs, time), RunExecution.DatasetsOf(blobs));
        var runIntake = new RunIntake(
            runs, new WorkQueue<RunMessage>(_account.Queues, StorageNames.Queues.Training, time, (_, _) => Task.CompletedTask), datasets, new RunStarts(registry), time);
        var evaluationIntake = new ModelEvaluationIntake(
            evaluations,
            new WorkQueue<ModelEvaluationMessage>(_account.Queues, StorageNames.Queues.Evaluations, time, (_, _) => Task.CompletedTask),
            registry,
            datasets,
            time);
        var settings = await runIntake.SettingsAsync(new RunRequest { Dataset = SmallDataset.Name }, CancellationToken);

        var ofRun = await Should.ThrowAsync<ProblemException>(() => runIntake.AcceptAsync(settings, sweep: null, CancellationToken));
        await TakeBackAsync();
        var ofEvaluation = await Should.ThrowAsync<ProblemException>(
            () => evaluationIntake.AcceptAsync(new ModelEvaluationRequest { Model = UntrainedModel.Name, Dataset = SmallDataset.Name }, CancellationToken));

        (ofRun.Status, ofEvaluation.Status).ShouldBe((409, 409));
        var run = (await runs.ListAsync(CancellationToken)).ShouldHaveSingleItem();
        (run.Status, run.Error).ShouldBe((RunStatus.Failed, new RunError(ofRun.Title, ofRun.Detail)));
        var evaluation = (await evaluations.ListAsync(CancellationToken)).ShouldHaveSingleItem();
        (evaluation.Status, evaluation.Error).ShouldBe((EvaluationStatus.Failed, new EvaluationError(ofEvaluation.Title, ofEvaluation.Detail)));

        async Task TakeBackAsync() =>
            (await marks.TryTakeBackAsync((await marks.FindAsync(SmallDataset.Name, manifest.Version, CancellationToken))!, CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_run_that_was_first_goes_on_reading_while_its_version_is_marked()
    {
        var manifest = await SmallDataset.WriteAsync(_account, clipsPerGenre: 4, _ => [], Genres);
        var id = await RunExecution.AcceptAsync(_account, manifest, epochs: 1);
        await new DatasetDeletions(_account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets), TimeProvider.System)
            .MarkAsync(manifest.Name, manifest.Version, CancellationToken);

        var run = await new RunExecution(_account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
    }

    [Fact]
    public async Task Of_a_run_and_a_deletion_that_are_asked_for_at_once_never_both_are_accepted()
    {
        await SmallDataset.WriteAsync(_account, clipsPerGenre: 1, _ => [], Genres);
        await using var import = await StartImportServiceAsync();
        await using var service = await TrainingProcess.StartAsync(_account, arguments: "api");
        for (var round = 0; round < 8; round++)
        {
            var starting = service.PostAsync(new { dataset = SmallDataset.Name, version = 1 });
            var deleting = import.Client.DeleteAsync(new Uri("/api/datasets/small/1", UriKind.Relative), CancellationToken);
            using var started = await starting;
            using var deleted = await deleting;

            var (run, deletion) = ((int)started.StatusCode, (int)deleted.StatusCode);
            (run is 202 or 409 && deletion is 202 or 409 && !(run == 202 && deletion == 202)).ShouldBeTrue($"round {round}: run {run}, deletion {deletion}");
            if (run == 202)
            {
                (await service.DeleteAsync(started.Headers.Location!.ToString())).Dispose();
            }

            using var restored = await import.Client.PostAsync(new Uri("/api/datasets/small/1/restore", UriKind.Relative), null, CancellationToken);
            restored.EnsureSuccessStatusCode();
        }
    }

    private Task<ServiceHost> StartImportServiceAsync() => ServiceHost.StartAsync(
        _account,
        builder =>
        {
            builder.AddServiceDefaults();
            builder.AddDatasetImport();
        },
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapDatasetImport();
        });

    /// <summary>Makes an evaluation one that has not ended, as if its worker had been killed.</summary>
    private async Task ReopenAsync(string id) => await _account.Blobs.GetBlobContainerClient(StorageNames.Containers.Evaluations)
        .GetBlobClient($"{id}/evaluation.json")
        .UpdateJsonAsync<ModelEvaluation>(evaluation => evaluation! with { Status = EvaluationStatus.Running, Result = null, EndedAt = null }, CancellationToken);

    /// <returns>What was answered.</returns>
    private static async Task<string> DeleteAsync(ServiceHost import, int status)
    {
        using var response = await import.Client.DeleteAsync(new Uri("/api/datasets/small/1", UriKind.Relative), CancellationToken);
        var body = await response.Content.ReadAsStringAsync(CancellationToken);
        ((int)response.StatusCode).ShouldBe(status, body);
        return body;
    }

    private static async Task RefusedAsync(TrainingProcess service, string path, object request, int status, string hint)
    {
        using var response = await service.PostAsync(request, path);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        ((int)response.StatusCode).ShouldBe(status, $"{problem}");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(hint);
    }

    /// <summary>Has a dataset version marked in the moment in which a job's document is on its way to the storage.</summary>
    private sealed class MarkedMeanwhile(Func<Task> mark) : HttpPipelinePolicy
    {
        public BlobServiceClient BlobsOf(StorageAccount account)
        {
            var options = new BlobClientOptions();
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new BlobServiceClient(account.ConnectionString, options);
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var path = message.Request.Uri.Path;
            if (message.Request.Method == RequestMethod.Put
                && (path.EndsWith("/run.json", StringComparison.Ordinal) || path.EndsWith("/evaluation.json", StringComparison.Ordinal)))
            {
                await mark();
            }

            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
    }
}
