using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Datasets.Samples;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests.Browse;

public sealed class SamplesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Count = 25;

    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly TableReads _reads = new();
    private ServiceHost? _host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync()
    {
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(Count, "rock", "jazz", "r&b"));
        _host = await StartAsync();
    }

    public async ValueTask DisposeAsync() => await _host!.DisposeAsync();

    [Fact]
    public async Task Pages_follow_one_another_to_the_end_and_are_together_what_all_are()
    {
        var all = await GetAsync("");
        var paged = new List<Sample>();
        var address = "/api/datasets/genres/1/samples?limit=10";
        var pages = 0;
        while (address is not null)
        {
            using var response = await Client.GetAsync(new Uri(address, UriKind.Relative), CancellationToken);
            response.Headers.GetValues("X-Total-Count").ShouldBe([$"{Count}"]);
            paged.AddRange((await response.Content.ReadFromJsonAsync<Sample[]>(GenreCloudJson.Options, CancellationToken))!);
            address = NextOf(response);
            pages++;
        }

        pages.ShouldBe(3);
        all.Select(sample => sample.Id).ShouldBe(Enumerable.Range(0, Count).Select(index => $"s{index:D3}"));
        paged.Select(sample => sample.Id).ShouldBe(all.Select(sample => sample.Id));
        paged[7].ShouldSatisfyAllConditions(
            sample => sample.Label.ShouldBe("jazz"),
            sample => sample.Artists.ShouldBe(["Artist 1", "Guest"]),
            sample => sample.Tabular.ShouldBe(new Dictionary<string, float> { ["tempo"] = 107 }));
    }

    [Theory]
    [InlineData("?label=jazz", "s001 s004 s007 s010 s013 s016 s019 s022")]
    [InlineData("?label=r%26b&limit=2&offset=1", "s005 s008")]
    [InlineData("?label=nothing", "")]
    [InlineData("?artist=artist%203", "s012 s013 s014 s015")]
    [InlineData("?artist=artist", "")]
    [InlineData("?text=SONG%201", "s001 s011 s013 s015 s017 s019")]
    [InlineData("?text=s02&label=jazz", "s022")]
    [InlineData("?text=guest&artist=artist%200", "s001 s003")]
    [InlineData("?offset=24", "s024")]
    [InlineData("?offset=1000", "")]
    public async Task Samples_are_found_by_label_artist_and_text(string query, string ids) =>
        string.Join(' ', (await GetAsync(query)).Select(sample => sample.Id)).ShouldBe(ids);

    [Fact]
    public async Task The_next_page_of_a_filtered_list_keeps_the_filter()
    {
        using var response = await Client.GetAsync(new Uri("/api/datasets/genres/1/samples?label=r%26b&limit=3&offset=3", UriKind.Relative), CancellationToken);

        response.Headers.GetValues("X-Total-Count").ShouldBe(["8"]);
        var next = NextOf(response).ShouldNotBeNull();
        next.ShouldBe("/api/datasets/genres/1/samples?label=r%26b&limit=3&offset=6");
        using var last = await Client.GetAsync(new Uri(next, UriKind.Relative), CancellationToken);
        (await last.Content.ReadFromJsonAsync<Sample[]>(GenreCloudJson.Options, CancellationToken))!.Select(sample => sample.Id).ShouldBe(["s020", "s023"]);
        NextOf(last).ShouldBeNull();
    }

    [Theory]
    [InlineData("?limit=0", "limit is 0; it must lie between 1 and 10000.")]
    [InlineData("?limit=10001", "limit is 10001")]
    [InlineData("?offset=-1", "offset is -1")]
    public async Task A_page_that_cannot_be_is_400(string query, string detail)
    {
        using var response = await Client.GetAsync(new Uri($"/api/datasets/genres/1/samples{query}", UriKind.Relative), CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task A_picture_is_the_one_of_its_sample_and_may_be_kept_for_good()
    {
        using var response = await Client.GetAsync(new Uri("/api/datasets/genres/1/samples/s007.png", UriKind.Relative), CancellationToken);

        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await response.Content.ReadAsByteArrayAsync(CancellationToken)).ShouldBe(StoredDatasets.PictureOf("s007"));
        response.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        var etag = response.Headers.ETag.ShouldNotBeNull();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/datasets/genres/1/samples/s007.png");
        request.Headers.IfNoneMatch.Add(etag);
        using var known = await Client.SendAsync(request, CancellationToken);
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        known.Headers.ETag.ShouldBe(etag);
        using var other = new HttpRequestMessage(HttpMethod.Get, "/api/datasets/genres/1/samples/s008.png");
        other.Headers.IfNoneMatch.Add(etag);
        using var changed = await Client.SendAsync(other, CancellationToken);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_picture_that_needs_a_key_is_kept_by_no_cache_that_others_share()
    {
        await using var guarded = await ServiceHost.StartAsync(
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
            },
            ("Access:RequireAuthentication", "true"));
        using var keys = new ApiKeyStore(_account.Blobs, TimeProvider.System);
        var (_, key) = await keys.CreateAsync("me", AccessScope.Manage, expiresAt: null, CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/datasets/genres/1/samples/s007.png");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using var response = await guarded.Client.SendAsync(request, CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl.ShouldNotBeNull().ShouldSatisfyAllConditions(
            caching => caching.Private.ShouldBeTrue(), caching => caching.Public.ShouldBeFalse(), caching => caching.MaxAge.ShouldBe(TimeSpan.FromDays(365)));
    }

    [Fact]
    public async Task A_picture_that_is_not_there_is_404_and_not_kept()
    {
        foreach (var path in (string[])["samples/s999.png", "samples/..%2f..%2fmanifest.png"])
        {
            using var response = await Client.GetAsync(new Uri($"/api/datasets/genres/1/{path}", UriKind.Relative), CancellationToken);

            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound);
            response.Headers.CacheControl?.Public.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_table_is_read_once_for_all_pages_and_pictures_however_many_ask_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(index => index % 2 == 0
            ? GetAsync($"?limit=5&offset={index}")
            : (Task)Client.GetByteArrayAsync(new Uri($"/api/datasets/genres/1/samples/s{index:D3}.png", UriKind.Relative), CancellationToken)));

        _reads.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_tables_that_do_not_fit_into_memory_together_the_one_used_last_is_kept()
    {
        // A table of some 600 KB, of which one fits into a megabyte, and two do not.
        await _account.WriteDatasetAsync("large", StoredDatasets.Samples(900, "rock", "jazz"));
        await _account.WriteDatasetAsync("large", StoredDatasets.Samples(900, "rock", "jazz"));
        await using var host = await StartAsync(("DatasetImport:SampleCacheBytes", $"{1 << 20}"));

        await AskAsync(1);
        await AskAsync(1);
        _reads.Count.ShouldBe(1);
        await AskAsync(2);
        await AskAsync(2);
        _reads.Count.ShouldBe(2);
        await AskAsync(1);
        _reads.Count.ShouldBe(3);

        async Task AskAsync(int version) => (await host.Client.GetFromJsonAsync<Sample[]>(
            $"/api/datasets/large/{version}/samples?limit=1", GenreCloudJson.Options, CancellationToken))!.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_table_that_could_not_be_read_is_read_anew()
    {
        await _account.WriteDatasetAsync("damaged", StoredDatasets.Samples(3, "rock"));
        var blob = _account.Container(StorageNames.Containers.Datasets).GetBlobClient("damaged/1/samples.parquet");
        var table = (await blob.DownloadContentAsync(CancellationToken)).Value.Content;
        await blob.UploadAsync(BinaryData.FromString("no table"), overwrite: true, CancellationToken);

        using (var response = await Client.GetAsync(new Uri("/api/datasets/damaged/1/samples", UriKind.Relative), CancellationToken))
        {
            (await response.ShouldBeProblemAsync(HttpStatusCode.InternalServerError)).Detail.ShouldContain("is damaged");
        }

        await blob.UploadAsync(table, overwrite: true, CancellationToken);
        (await Client.GetFromJsonAsync<Sample[]>("/api/datasets/damaged/1/samples", GenreCloudJson.Options, CancellationToken))!.Length.ShouldBe(3);
    }

    private static string? NextOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links) && links.Single() is ['<', .. var rest] && rest.Split('>') is [var address, "; rel=\"next\""] ? address : null;

    private async Task<IReadOnlyList<Sample>> GetAsync(string query) =>
        (await Client.GetFromJsonAsync<Sample[]>($"/api/datasets/genres/1/samples{query}", GenreCloudJson.Options, CancellationToken))!;

    private Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) => ImportService.StartAsync(
        _account,
        builder =>
        {
            var options = new BlobClientOptions();
            options.AddPolicy(_reads, HttpPipelinePosition.PerCall);
            builder.Services.AddSingleton(new BlobServiceClient(_account.ConnectionString, options));
        },
        settings: settings);

    /// <summary>Counts how often a table of samples is read.</summary>
    private sealed class TableReads : HttpPipelineSynchronousPolicy
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Method == RequestMethod.Get && message.Request.Uri.Path.EndsWith("/samples.parquet", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
