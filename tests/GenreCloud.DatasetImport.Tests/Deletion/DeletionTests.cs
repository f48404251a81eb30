using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.DatasetImport.Browse;
using GenreCloud.DatasetImport.Deletion;
using GenreCloud.DatasetImport.Garbage;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Garbage;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests.Deletion;

public sealed class DeletionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly CollectionTime _time = new();
    private ServiceHost? _host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync()
    {
        _host = await _time.StartAsync(_account);
        await _time.CollectedAsync(CancellationToken);
    }

    public async ValueTask DisposeAsync() => await _host!.DisposeAsync();

    [Fact]
    public async Task A_deleted_version_is_hidden_at_once_and_its_files_go_after_the_grace_period_but_its_number_is_not_given_again()
    {
        await WriteAsync("genres");
        await WriteAsync("genres");

        var deletion = await AcceptedAsync<DatasetDeletion>(await DeleteAsync("genres/2"));

        deletion.ShouldBe(new DatasetDeletion { Name = "genres", Version = 2, RequestedAt = _time.GetUtcNow(), RestorableUntil = _time.GetUtcNow().AddDays(7) });
        var dataset = await GetAsync("genres");
        dataset.Versions.ShouldBe([1]);
        dataset.Details.Select(version => version.Version).ShouldBe([1]);
        dataset.Deleted.ShouldBe([deletion]);
        (await StatusAsync("genres/2/samples")).ShouldBe(HttpStatusCode.OK, "it can still be looked at");
        (await AcceptedAsync<DatasetDeletion>(await DeleteAsync("genres/2"))).ShouldBe(deletion, "deleting again changes nothing");

        _time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await CollectAsync();
        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/2/")).ShouldContain("genres/2/manifest.json");
        _time.Advance(TimeSpan.FromSeconds(1));
        await CollectAsync();

        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/2/")).ShouldBe(["genres/2/deletion.json", "genres/2/reservation.json"]);
        foreach (var path in (string[])["genres/2", "genres/2/samples", "genres/2/samples/s000.png", "genres/2/quarantine", "genres/compare?from=1&to=2"])
        {
            (await StatusAsync(path)).ShouldBe(HttpStatusCode.NotFound, path);
        }

        (await GetAsync("genres")).Deleted.ShouldBeEmpty();
        await ProblemAsync(await DeleteAsync("genres/2"), HttpStatusCode.NotFound);
        await ProblemAsync(await RestoreAsync("genres/2"), HttpStatusCode.NotFound);
        (await WriteAsync("genres")).ShouldBe(3);
    }

    [Fact]
    public async Task A_deletion_can_be_taken_back_until_the_grace_period_is_over()
    {
        await WriteAsync("back");
        await AcceptedAsync<DatasetDeletion>(await DeleteAsync("back/1"));

        using (var restored = await RestoreAsync("back/1"))
        {
            (await restored.Content.ReadFromJsonAsync<DatasetRestoration>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Versions.ShouldBe([1]);
        }

        (await GetAsync("back")).Versions.ShouldBe([1]);
        using (var again = await RestoreAsync("back/1"))
        {
            again.StatusCode.ShouldBe(HttpStatusCode.OK, "the answer may have got lost, and the version can be used");
        }

        _time.Advance(TimeSpan.FromDays(20));
        await CollectAsync();
        (await GetAsync("back")).Versions.ShouldBe([1], "what was taken back is never swept");

        await AcceptedAsync<DatasetDeletion>(await DeleteAsync("back/1"));
        _time.Advance(TimeSpan.FromDays(7));
        var problem = await ProblemAsync(await RestoreAsync("back/1"), HttpStatusCode.Conflict);
        problem.Title.ShouldBe("The grace period is over");
        problem.Detail.ShouldContain("back version 1");
    }

    [Fact]
    public async Task A_whole_dataset_is_deleted_and_restored()
    {
        await WriteAsync("whole");
        await WriteAsync("whole");
        await WriteAsync("other");

        var deletions = await AcceptedAsync<DatasetDeletion[]>(await DeleteAsync("whole"));

        deletions.Select(deletion => deletion.Version).ShouldBe([1, 2]);
        var listed = (await Client.GetFromJsonAsync<DatasetSummary[]>("/api/datasets", GenreCloudJson.Options, CancellationToken))!;
        listed.Select(dataset => (dataset.Name, dataset.Versions.Count, dataset.Deleted.Count)).ShouldBe([("other", 1, 0), ("whole", 0, 2)]);
        using (var restored = await RestoreAsync("whole"))
        {
            (await restored.Content.ReadFromJsonAsync<DatasetRestoration>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Versions.ShouldBe([1, 2]);
        }

        await AcceptedAsync<DatasetDeletion[]>(await DeleteAsync("whole"));
        _time.Advance(TimeSpan.FromDays(7));
        await ProblemAsync(await RestoreAsync("whole"), HttpStatusCode.Conflict);
        await CollectAsync();
        (await StatusAsync("whole")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync("other")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("nobody/1")]
    [InlineData("Not%20A%20Name/1")]
    [InlineData("genres/7")]
    public async Task What_is_not_there_is_neither_deleted_nor_restored(string path)
    {
        await WriteAsync("genres");

        await ProblemAsync(await DeleteAsync(path), HttpStatusCode.NotFound);
        await ProblemAsync(await RestoreAsync(path), HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("evaluation")]
    [InlineData("import")]
    public async Task A_version_is_not_deleted_while_a_job_uses_it(string kind)
    {
        await WriteAsync("used");
        var id = StoredJobs.NewId();
        await WriteJobAsync(ended: false);

        foreach (var path in (string[])["used/1", "used"])
        {
            var problem = await ProblemAsync(await DeleteAsync(path), HttpStatusCode.Conflict);
            problem.Title.ShouldBe("The dataset is in use");
            problem.Detail.ShouldContain($"used version 1: {kind} {id}");
        }

        (await _account.ListAsync(StorageNames.Containers.Datasets, "used/1/")).ShouldNotContain("used/1/deletion.json");
        (await GetAsync("used")).Versions.ShouldBe([1]);
        await WriteJobAsync(ended: true);
        await AcceptedAsync<DatasetDeletion>(await DeleteAsync("used/1"));

        Task WriteJobAsync(bool ended) => kind switch
        {
            "run" => _account.WriteRunAsync(id, "used", 1, ended ? "failed" : "training"),
            "evaluation" => _account.WriteEvaluationAsync(id, "used", 1, ended ? "cancelled" : "queued"),
            _ => _account.WriteImportAsync(id, "used", ended ? ImportStatus.Completed : ImportStatus.Staging, ended ? _time.GetUtcNow() : null),
        };
    }

    [Fact]
    public async Task A_whole_dataset_of_which_one_version_is_used_keeps_all_and_other_versions_can_be_deleted()
    {
        await WriteAsync("partly");
        await WriteAsync("partly");
        var run = StoredJobs.NewId();
        var sweep = StoredJobs.NewId();
        await _account.WriteRunAsync(run, "partly", 2, "queued", sweep);
        await _account.WriteRunAsync(StoredJobs.NewId(), "partly", 1, "completed");
        await _account.WriteRunAsync(StoredJobs.NewId(), "another", 1, "training");

        var problem = await ProblemAsync(await DeleteAsync("partly"), HttpStatusCode.Conflict);
        problem.Detail.ShouldContain($"run {run} of sweep {sweep}. Wait");
        (await GetAsync("partly")).Versions.ShouldBe([1, 2]);

        await AcceptedAsync<DatasetDeletion>(await DeleteAsync("partly/1"));
        (await GetAsync("partly")).Versions.ShouldBe([2]);
    }

    [Fact]
    public async Task A_job_with_a_status_that_this_program_does_not_know_uses_its_dataset()
    {
        await WriteAsync("newer");
        await _account.WriteRunAsync(StoredJobs.NewId(), "newer", 1, "paused");

        await ProblemAsync(await DeleteAsync("newer/1"), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_deletion_that_was_cut_off_before_it_was_certain_is_taken_back()
    {
        await WriteAsync("forgotten");
        await Marks().MarkAsync("forgotten", 1, CancellationToken);

        (await GetAsync("forgotten")).Versions.ShouldBeEmpty();
        await CollectAsync();
        (await GetAsync("forgotten")).Versions.ShouldBeEmpty("somebody may still be looking for users");
        _time.Advance(TimeSpan.FromMinutes(11));
        await CollectAsync();

        (await GetAsync("forgotten")).Versions.ShouldBe([1]);
    }

    private DatasetDeletions Marks() => _host!.Services.GetRequiredService<DatasetDeletions>();

    private Task CollectAsync() => _host!.Services.GetRequiredService<GarbageCollector>().CollectAsync(CancellationToken);

    private Task<int> WriteAsync(string name) => _account.WriteDatasetAsync(name, StoredDatasets.Samples(9, "rock", "jazz"));

    private async Task<DatasetSummary> GetAsync(string name) =>
        (await Client.GetFromJsonAsync<DatasetSummary>($"/api/datasets/{name}", GenreCloudJson.Options, CancellationToken))!;

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri($"/api/datasets/{path}", UriKind.Relative), CancellationToken);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> DeleteAsync(string path) => Client.DeleteAsync(new Uri($"/api/datasets/{path}", UriKind.Relative), CancellationToken);

    private Task<HttpResponseMessage> RestoreAsync(string path) => Client.PostAsync(new Uri($"/api/datasets/{path}/restore", UriKind.Relative), null, CancellationToken);

    private static async Task<T> AcceptedAsync<T>(HttpResponseMessage response)
        where T : class
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.Accepted, body);
            return JsonSerializer.Deserialize<T>(body, GenreCloudJson.Options).ShouldNotBeNull();
        }
    }

    private static async Task<ImportError> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            return await response.ShouldBeProblemAsync(status);
        }
    }
}
