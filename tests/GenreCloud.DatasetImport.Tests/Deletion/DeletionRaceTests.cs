using System.Net;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Deletion;

/// <summary>
/// A run that begins while its dataset version is being deleted, in every order that there is. The run does what the training service does: it writes its
/// document, and then looks for the mark.
/// </summary>
public sealed class DeletionRaceTests(AzuriteFixture azurite)
{
    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly string _run = StoredJobs.NewId();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PUT", "/genres/1/deletion.json", false, HttpStatusCode.Conflict, "the run began before the mark was there, and the deletion sees it")]
    [InlineData("GET", "/runs?restype=container&comp=list", true, HttpStatusCode.Conflict, "both see each other, and both are refused")]
    [InlineData("GET", "/evaluations?restype=container&comp=list", true, HttpStatusCode.Accepted, "the deletion has looked already, and the run sees the mark")]
    public async Task A_run_that_begins_at_any_moment_of_a_deletion_is_seen_or_sees_it(
        string method, string path, bool runIsRefused, HttpStatusCode answer, string why)
    {
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(3, "rock"));
        var gate = new StorageGate(request =>
            request.StartsWith(method, StringComparison.Ordinal) && request.Contains(path, StringComparison.Ordinal));
        await using var host = await ImportService.StartAsync(_account, builder => gate.Watch(builder, _account));
        var deleting = host.Client.DeleteAsync(new Uri("/api/datasets/genres/1", UriKind.Relative), CancellationToken);
        await gate.Reached.WaitAsync(CancellationToken);

        var started = await TryStartRunAsync();
        gate.Open();

        using var response = await deleting;
        started.ShouldBe(!runIsRefused, why);
        response.StatusCode.ShouldBe(answer, why);
        var mark = await (await _account.StoreAsync()).FindDeletionAsync("genres", 1, CancellationToken);
        (mark is not null).ShouldBe(answer == HttpStatusCode.Accepted, "a refused deletion leaves no mark");
    }

    [Fact]
    public async Task However_requests_and_runs_meet_no_version_is_both_used_and_deleted()
    {
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(3, "rock"));
        await using var host = await ImportService.StartAsync(_account);
        await using var other = await ImportService.StartAsync(_account);
        var store = await _account.StoreAsync();
        for (var round = 0; round < 12; round++)
        {
            await _account.WriteRunAsync(_run, "genres", 1, "completed");

            var starting = TryStartRunAsync();
            var deleting = Task.WhenAll(DeleteAsync(host), DeleteAsync(other));
            var (started, answers) = (await starting, await deleting);

            var marked = await store.FindDeletionAsync("genres", 1, CancellationToken) is not null;
            (started && marked).ShouldBeFalse($"round {round}: {string.Join(", ", answers)}");
            answers.ShouldAllBe(answer => answer == HttpStatusCode.Accepted || answer == HttpStatusCode.Conflict);
            marked.ShouldBe(answers.Contains(HttpStatusCode.Accepted), "who was told that it is deleted can count on it");
            await _account.WriteRunAsync(_run, "genres", 1, "completed");
            using var restored = await host.Client.PostAsync(new Uri("/api/datasets/genres/1/restore", UriKind.Relative), null, CancellationToken);
            restored.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    private static async Task<HttpStatusCode> DeleteAsync(ServiceHost host)
    {
        using var response = await host.Client.DeleteAsync(new Uri("/api/datasets/genres/1", UriKind.Relative), CancellationToken);
        return response.StatusCode;
    }

    /// <returns>Whether the run may go on; it does not, while the deletion looks on, end as failed before it has answered.</returns>
    private async Task<bool> TryStartRunAsync()
    {
        await _account.WriteRunAsync(_run, "genres", 1, "queued");
        return await (await _account.StoreAsync()).FindDeletionAsync("genres", 1, CancellationToken) is null;
    }
}
