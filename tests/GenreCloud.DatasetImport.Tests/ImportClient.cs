using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>What a client of the import service does, over HTTP.</summary>
internal static class ImportClient
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Asks for an import; it has been accepted when this returns.</summary>
    public static async Task<Import> StartImportAsync(
        this ServiceHost host, string dataset, ImportSource source, ImportSource? labels = null, string? sha256 = null, string profile = "genres", string? licence = null,
        LabelRulesRequest? labelRules = null)
    {
        var request = new ImportRequest
        {
            Dataset = dataset, Profile = profile, Source = source, Labels = labels, LabelRules = labelRules, Sha256 = sha256, Licence = licence,
        };
        using var response = await host.Client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        return await AcceptedAsync(response);
    }

    /// <summary>Uploads a zip; it has been accepted when this returns.</summary>
    public static async Task<Import> UploadAsync(this ServiceHost host, string dataset, byte[] zip, string profile = "genres", string? licence = null)
    {
        using var response = await host.PutAsync(dataset, new ByteArrayContent(zip), profile, licence);
        return await AcceptedAsync(response);
    }

    /// <summary>Uploads anything, and returns whatever is answered.</summary>
    public static async Task<HttpResponseMessage> PutAsync(this ServiceHost host, string dataset, HttpContent body, string profile = "genres", string? licence = null)
    {
        var query = $"dataset={dataset}&profile={profile}{(licence is null ? "" : $"&licence={Uri.EscapeDataString(licence)}")}";
        using (body)
        {
            return await host.Client.PutAsync(new Uri($"/api/imports/upload?{query}", UriKind.Relative), body, CancellationToken);
        }
    }

    public static async Task<Import> GetImportAsync(this ServiceHost host, string id) =>
        (await host.Client.GetFromJsonAsync<Import>($"/api/imports/{id}", GenreCloudJson.Options, CancellationToken))!;

    /// <summary>Asks for the import until a condition holds.</summary>
    public static async Task<Import> WaitForAsync(this ServiceHost host, Import import, Func<Import, bool> condition)
    {
        while (true)
        {
            var current = await host.GetImportAsync(import.Id);
            if (condition(current))
            {
                return current;
            }

            await Task.Delay(PollInterval, TimeProvider.System, CancellationToken);
        }
    }

    /// <summary>The import when it has ended.</summary>
    public static Task<Import> EndOfAsync(this ServiceHost host, Import import) => host.WaitForAsync(import, current => current.HasEnded);

    /// <summary>Uploads a zip and returns the dataset version that came of it.</summary>
    public static async Task<DatasetManifest> ImportAsync(this ServiceHost host, string dataset, byte[] zip, string profile = "genres")
    {
        var import = await host.EndOfAsync(await host.UploadAsync(dataset, zip, profile));
        import.Error.ShouldBeNull();
        return await host.GetManifestAsync(dataset, import.Version.ShouldNotBeNull());
    }

    /// <summary>Uploads a zip that cannot become a dataset, and returns why.</summary>
    public static async Task<ImportError> FailToImportAsync(this ServiceHost host, string dataset, byte[] zip, string profile = "genres") =>
        await host.FailureOfAsync(await host.UploadAsync(dataset, zip, profile));

    public static async Task<ImportError> FailureOfAsync(this ServiceHost host, Import import)
    {
        var ended = await host.EndOfAsync(import);
        ended.Status.ShouldBe(ImportStatus.Failed);
        ended.EndedAt.ShouldNotBeNull();
        return ended.Error.ShouldNotBeNull();
    }

    public static async Task<DatasetManifest> GetManifestAsync(this ServiceHost host, string dataset, int version) =>
        (await host.Client.GetFromJsonAsync<DatasetManifest>($"/api/datasets/{dataset}/{version}", GenreCloudJson.Options, CancellationToken))!;

    public static async Task<IReadOnlyList<Sample>> GetSamplesAsync(this ServiceHost host, string dataset, int version) =>
        (await host.Client.GetFromJsonAsync<Sample[]>($"/api/datasets/{dataset}/{version}/samples", GenreCloudJson.Options, CancellationToken))!;

    public static async Task<IReadOnlyList<QuarantineEntry>> GetQuarantineAsync(this ServiceHost host, string dataset, int version) =>
        (await host.Client.GetFromJsonAsync<QuarantineEntry[]>(
            $"/api/datasets/{dataset}/{version}/quarantine", GenreCloudJson.Options, CancellationToken))!;

    /// <summary>Checks that an answer is RFC 9457 problem details of a kind that says what to do.</summary>
    public static async Task<ImportError> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        var title = problem.GetProperty("title").GetString().ShouldNotBeNull();
        var detail = problem.GetProperty("detail").GetString().ShouldNotBeNull();
        title.ShouldNotBeEmpty();
        detail.ShouldNotBeEmpty();
        return new ImportError(title, detail);
    }

    private static async Task<Import> AcceptedAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(CancellationToken));
        var import = (await response.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/imports/{import.Id}");
        return import;
    }
}
