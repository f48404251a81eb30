using System.Net;
using System.Net.Http.Json;
using GenreCloud.DatasetImport.Browse;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Browse;

public sealed class ComparisonTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();
    private ServiceHost? _host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // rock, jazz, rock, jazz, ...
        Sample[] before = [.. StoredDatasets.Samples(10, "rock", "jazz")];
        Sample[] after =
        [
            before[0] with { Label = "metal" },
            before[1] with { Label = "rock" },
            before[2] with { Label = "metal" },
            before[3],
            before[4] with { PixelsSha256 = new string('f', 64) },
            .. before[7..],
            before[5] with { Id = "new1", Label = "folk" },
        ];
        await _account.WriteDatasetAsync("genres", before);
        await _account.WriteDatasetAsync("genres", after);
        _host = await ImportService.StartAsync(_account);
    }

    public async ValueTask DisposeAsync() => await _host!.DisposeAsync();

    [Fact]
    public async Task What_differs_is_counted_by_label_and_by_pair_of_labels_and_listed()
    {
        var comparison = await CompareAsync("?from=1&to=2");

        (comparison.Name, comparison.From, comparison.To).ShouldBe(("genres", 1, 2));
        (comparison.Added, comparison.Removed, comparison.Relabelled, comparison.Replaced, comparison.Unchanged).ShouldBe((1, 2, 3, 1, 4));
        comparison.Relabellings.ShouldBe([new("rock", "metal", 2), new("jazz", "rock", 1)]);
        comparison.Labels.ShouldBe(
        [
            new("folk", 0, 1, Added: 1, Removed: 0, RelabelledTo: 0, RelabelledFrom: 0),
            new("jazz", 5, 3, Added: 0, Removed: 1, RelabelledTo: 0, RelabelledFrom: 1),
            new("metal", 0, 2, Added: 0, Removed: 0, RelabelledTo: 2, RelabelledFrom: 0),
            new("rock", 5, 3, Added: 0, Removed: 1, RelabelledTo: 1, RelabelledFrom: 2),
        ]);
        comparison.Changes.ShouldBe(
        [
            new("new1", SampleChangeKind.Added, null, "folk"),
            new("s000", SampleChangeKind.Relabelled, "rock", "metal"),
            new("s001", SampleChangeKind.Relabelled, "jazz", "rock"),
            new("s002", SampleChangeKind.Relabelled, "rock", "metal"),
            new("s004", SampleChangeKind.Replaced, "rock", "rock"),
            new("s005", SampleChangeKind.Removed, "jazz", null),
            new("s006", SampleChangeKind.Removed, "rock", null),
        ]);
        (comparison.TotalChanges, comparison.NextOffset).ShouldBe((7, null));
        foreach (var label in comparison.Labels)
        {
            (label.From + label.Added - label.Removed + label.RelabelledTo - label.RelabelledFrom).ShouldBe(label.To, label.Label);
        }
    }

    [Fact]
    public async Task Backwards_what_was_added_is_removed()
    {
        var comparison = await CompareAsync("?from=2&to=1");

        (comparison.Added, comparison.Removed, comparison.Relabelled, comparison.Replaced, comparison.Unchanged).ShouldBe((2, 1, 3, 1, 4));
        comparison.Relabellings.ShouldBe([new("metal", "rock", 2), new("rock", "jazz", 1)]);
    }

    [Theory]
    [InlineData("&change=removed", "s005 s006", 2, null)]
    [InlineData("&change=Relabelled&label=metal", "s000 s002", 2, null)]
    [InlineData("&label=jazz", "s001 s005", 2, null)]
    [InlineData("&limit=3", "new1 s000 s001", 7, 3)]
    [InlineData("&limit=3&offset=3", "s002 s004 s005", 7, 6)]
    [InlineData("&limit=3&offset=6", "s006", 7, null)]
    public async Task The_list_has_what_is_asked_for_page_by_page_and_the_counts_are_of_everything(string query, string ids, int total, int? next)
    {
        var comparison = await CompareAsync($"?from=1&to=2{query}");

        string.Join(' ', comparison.Changes.Select(change => change.Id)).ShouldBe(ids);
        (comparison.TotalChanges, comparison.NextOffset).ShouldBe((total, next));
        (comparison.Added, comparison.Removed, comparison.Relabelled).ShouldBe((1, 2, 3));
    }

    [Fact]
    public async Task A_version_does_not_differ_from_itself()
    {
        var comparison = await CompareAsync("?from=1&to=1");

        (comparison.TotalChanges, comparison.Unchanged).ShouldBe((0, 10));
    }

    [Theory]
    [InlineData("?from=1", HttpStatusCode.BadRequest, "compare?from=1&to=2")]
    [InlineData("?from=1&to=2&change=moved", HttpStatusCode.BadRequest, "added, removed, relabelled, replaced")]
    [InlineData("?from=1&to=2&change=1", HttpStatusCode.BadRequest, "added, removed, relabelled, replaced")]
    [InlineData("?from=1&to=2&limit=0", HttpStatusCode.BadRequest, "limit is 0")]
    [InlineData("?from=1&to=3", HttpStatusCode.NotFound, "genres version 3")]
    public async Task What_cannot_be_compared_is_told(string query, HttpStatusCode status, string detail)
    {
        using var response = await _host!.Client.GetAsync(new Uri($"/api/datasets/genres/compare{query}", UriKind.Relative), CancellationToken);

        (await response.ShouldBeProblemAsync(status)).Detail.ShouldContain(detail);
    }

    private async Task<DatasetComparison> CompareAsync(string query) =>
        (await _host!.Client.GetFromJsonAsync<DatasetComparison>($"/api/datasets/genres/compare{query}", GenreCloudJson.Options, CancellationToken))!;
}
