using System.Net;
using System.Text;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>Requests that are refused before anything is stored, each as problem details that say what to do.</summary>
public sealed class BadRequestTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"dataset":"d","profile":"genres"}""", "The source cannot be imported", "name the file with \"path\" or \"url\"")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{}}""", "The source cannot be imported", "name the file with \"path\" or \"url\"")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"http://a/b","path":"/c"}}""", "The source cannot be imported", "not both")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"ftp://a/b.zip"}}""", "The source cannot be imported", "ftp://a/b.zip is not an http or https address")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"b.zip"}}""", "The source cannot be imported", "b.zip is not an http or https address")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"path":"/no/such.zip"}}""", "The source cannot be imported", "there is no file \"/no/such.zip\"")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"path":""}}""", "The source cannot be imported", "there is no file \"\"")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"path":"a\u0000b"}}""", "The source cannot be imported", "there is no file")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"path":"/tmp"}}""", "The source cannot be imported", "there is no file \"/tmp\"")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"http://a/b"},"labels":{}}""", "The labels cannot be imported", "labels: name the file")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"http://a/b"},"sha256":"abc"}""", "sha256 is malformed", "64 hexadecimal digits")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"http://a/b"},"licence":" "}""", "licence is malformed", "an SPDX expression such as CC-BY-4.0")]
    [InlineData("""{"dataset":"d","profile":"genres","source":{"url":"http://a/b"},"licence":"MIT\n# Injected"}""", "licence is malformed", "in one line")]
    [InlineData("""{"profile":"genres","source":{"url":"http://a/b"}}""", "The dataset's name cannot be used", "1 to 63 lower-case letters")]
    [InlineData("""{"dataset":"My Songs","profile":"genres","source":{"url":"http://a/b"}}""", "The dataset's name cannot be used", "\"My Songs\"")]
    [InlineData("""{"dataset":"../up","profile":"genres","source":{"url":"http://a/b"}}""", "The dataset's name cannot be used", "\"../up\"")]
    [InlineData("""{"dataset":"d","source":{"url":"http://a/b"}}""", "Unknown profile", "it must be genres or metal")]
    [InlineData("""{"dataset":"d","profile":"folders","source":{"url":"http://a/b"},"labels":{"url":"http://a/c"}}""", "The labels cannot be imported", "folders reads no labels CSV")]
    [InlineData("""{"dataset":"d","profile":"folders","source":{"url":"http://a/b"},"labelRules":{"drops":["x"]}}""", "labelRules cannot be used", "folders reads no labels CSV")]
    [InlineData("""{"dataset":"d","profile":"metal","source":{"url":"http://a/b"},"labelRules":{"drop":["x"],"merge":{}}}""", "labelRules cannot be used", "There is no drop, merge; there are ids")]
    [InlineData("""{"dataset":"d","profile":"metal","source":{"url":"http://a/b"},"labelRules":{"drops":"x"}}""", "The request cannot be read", "drops")]
    [InlineData("""{"dataset":"d","profile":"jazz","source":{"url":"http://a/b"}}""", "Unknown profile", "\"jazz\"; it must be genres or metal")]
    [InlineData("""{"dataset":"d",""", "The request cannot be read", "")]
    [InlineData("""{"dataset":7}""", "The request cannot be read", "dataset")]
    [InlineData("""[]""", "The request cannot be read", "")]
    [InlineData("""null""", "The request cannot be read", "")]
    [InlineData("", "The request cannot be read", "")]
    public async Task A_wrong_import_request_is_400(string body, string title, string detail)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _host.Client.PostAsync(new Uri("/api/imports", UriKind.Relative), content, CancellationToken);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest);
        problem.Title.ShouldBe(title);
        problem.Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_415()
    {
        using var content = new StringContent("dataset=d", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _host.Client.PostAsync(new Uri("/api/imports", UriKind.Relative), content, CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType)).Detail.ShouldContain("Content-Type");
    }

    [Theory]
    [InlineData("", "The dataset's name cannot be used")]
    [InlineData("?dataset=UPPER&profile=genres", "The dataset's name cannot be used")]
    [InlineData("?dataset=d", "Unknown profile")]
    [InlineData("?dataset=d&profile=other", "Unknown profile")]
    [InlineData("?dataset=d&profile=genres&licence=%0a", "licence is malformed")]
    [InlineData("?dataset=d&profile=genres&labelRules={\"drops\":", "labelRules cannot be used")]
    [InlineData("?dataset=d&profile=genres&labelRules={\"drop\":[]}", "labelRules cannot be used")]
    [InlineData("?dataset=d&profile=folders&labelRules={}", "labelRules cannot be used")]
    public async Task A_wrong_upload_address_is_400(string query, string title)
    {
        using var content = new ByteArrayContent([.. "PK\u0003\u0004"u8]);
        using var response = await _host.Client.PutAsync(new Uri($"/api/imports/upload{query}", UriKind.Relative), content, CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Title.ShouldBe(title);
    }

    [Theory]
    [InlineData("/api/imports/00000000000000000000000000000000", "GET /api/imports lists them")]
    [InlineData("/api/imports/nonsense", "GET /api/imports lists them")]
    [InlineData("/api/imports/..%2f..%2fdatasets", "GET /api/imports lists them")]
    [InlineData("/api/datasets/nobody", "GET /api/datasets lists what was imported")]
    [InlineData("/api/datasets/Not%20A%20Name", "GET /api/datasets lists what was imported")]
    [InlineData("/api/datasets/nobody/1", "GET /api/datasets lists what was imported")]
    [InlineData("/api/datasets/nobody/-1", "GET /api/datasets lists what was imported")]
    [InlineData("/api/datasets/nobody/1/samples", "GET /api/datasets lists what was imported")]
    [InlineData("/api/datasets/nobody/1/samples/a.png", "GET /api/datasets lists what was imported")]
    [InlineData("/api/datasets/nobody/1/quarantine", "GET /api/datasets lists what was imported")]
    public async Task What_is_not_there_is_404(string path, string detail)
    {
        using var response = await _host.Client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.NotFound)).Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task An_address_that_nothing_serves_is_404()
    {
        using var response = await _host.Client.GetAsync(new Uri("/api/nothing", UriKind.Relative), CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.NotFound)).Detail.ShouldContain("/api/nothing");
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_take_is_405()
    {
        using var response = await _host.Client.DeleteAsync(new Uri("/api/imports", UriKind.Relative), CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.MethodNotAllowed)).Detail.ShouldContain("DELETE");
    }

    [Fact]
    public async Task An_id_too_long_for_any_storage_is_404()
    {
        using var response = await _host.Client.GetAsync(new Uri($"/api/imports/{new string('a', 3000)}", UriKind.Relative), CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Local_paths_are_refused_where_they_are_not_allowed()
    {
        await using var closed = await ImportService.StartAsync(service.Account, allowLocalPaths: false);
        using var content = new StringContent("""{"dataset":"d","profile":"genres","source":{"path":"/etc/passwd"}}""", Encoding.UTF8, "application/json");
        using var response = await closed.Client.PostAsync(new Uri("/api/imports", UriKind.Relative), content, CancellationToken);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest);
        problem.Detail.ShouldContain("DatasetImport:AllowLocalPaths");
        problem.Detail.ShouldContain("PUT /api/imports/upload");
    }
}
