using System.Net;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>Share links of Google Drive, against a stand-in that answers as Drive does: redirect, warning page with a form, cookies, ranges.</summary>
public sealed class GoogleDriveTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string FileId = "1AbC-d_E";

    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly byte[] _archive = StagingService.Archive(6);
    private FileHost _host = null!;
    private StagingService _service = null!;
    private string _page = "";
    private int _warnings;

    /// <summary>The uuid of the last warning page is good for this many answers.</summary>
    private int _lifetime = int.MaxValue;

    public async ValueTask InitializeAsync()
    {
        _host = await FileHost.StartAsync(_archive);
        var address = new Uri(_host.Url(""));
        _service = await StagingService.StartAsync(_account, tuning => tuning with { Drive = address, DriveDownloads = address });
        _page = Warning;
        _host.Fault = AnswerAsync;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _host.DisposeAsync();
    }

    private string Warning =>
        $"""
        <!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head><body>
        <form id="search" action="/search"><input name="q"></form>
        <form id="download-form" action="{_host.Url("download")}" method="get"><input type="submit" value="Download anyway"/>
        <input type="hidden" name="id" value="{FileId}"><input type="hidden" name="export" value="download">
        <input value="t" type="hidden" name="confirm"><input type="hidden" name="uuid" value="u&amp;1 {_warnings}"></form></body></html>
        """;

    [Theory]
    [InlineData($"file/d/{FileId}/view?usp=sharing")]
    [InlineData($"file/u/1/d/{FileId}/edit")]
    [InlineData($"open?id={FileId}")]
    [InlineData($"uc?id={FileId}&export=download")]
    [InlineData($"download?id={FileId}")]
    public async Task A_large_file_is_downloaded_behind_its_warning_page_with_cookies_and_by_range(string link)
    {
        var staged = await _service.StageAsync(_host.Url(link));

        await _service.ShouldHaveAsync(staged, _archive);
        (staged.FileName, staged.Url).ShouldBe(("genres.zip", _host.Url($"file/d/{FileId}/view")));
        _host.Asked.Count.ShouldBeGreaterThanOrEqualTo(7);
        _warnings.ShouldBe(1);
    }

    [Fact]
    public async Task Every_form_of_link_means_the_same_file()
    {
        var first = await _service.StageAsync(_host.Url($"file/d/{FileId}/view"));
        _host.Forget();

        (await _service.StageAsync(_host.Url($"open?id={FileId}"))).ShouldBe(first);

        _host.Asked.ShouldNotContain(range => range.First == StagingService.BlockBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_confirmation_that_expires_is_asked_for_again(bool hasETag)
    {
        (_host.ETag, _host.LastModified) = hasETag ? (_host.ETag, (DateTimeOffset?)null) : (null, DateTimeOffset.UnixEpoch);
        _lifetime = 4;

        await _service.ShouldHaveAsync(await _service.StageAsync(_host.Url($"open?id={FileId}")), _archive);

        _warnings.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_used_up_quota_is_a_clear_failure_that_says_what_to_do()
    {
        _page = """
            <html><head><title>Google Drive - Quota exceeded</title></head><body><p>Sorry, you can't view or download this file at this time.</p>
            <p>Too many users have viewed or downloaded this file recently. Please try accessing the file again later.</p></body></html>
            """;

        var failure = await _service.FailAsync(_host.Url($"file/d/{FileId}/view"));

        failure.Title.ShouldBe("Google Drive gives this file to nobody for now");
        failure.Detail.ShouldContain("24 hours");
        failure.Detail.ShouldContain("copy it into your own Drive");
        (await _service.FilesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_quota_that_is_used_up_in_the_middle_keeps_what_is_staged()
    {
        _lifetime = 4;
        var answer = _host.Fault;
        _host.Fault = (context, range) =>
        {
            _page = _warnings == 0 ? _page : "<title>Google Drive - Quota exceeded</title>";
            return answer(context, range);
        };

        (await _service.FailAsync(_host.Url($"open?id={FileId}"))).Title.ShouldBe("Google Drive gives this file to nobody for now");

        (await StoredFiles.BlocksAsync(_account, TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("<html><title>Sign in - Google Accounts</title>You need access. Ask for access.</html>", "The file is not shared")]
    [InlineData("<html><title>Something &amp; else</title></html>", "Google Drive gives a page, not the file")]
    public async Task Other_pages_are_told_apart(string page, string title)
    {
        _page = page;

        var failure = await _service.FailAsync(_host.Url($"open?id={FileId}"));

        failure.Title.ShouldBe(title);
    }

    [Fact]
    public async Task A_file_that_is_not_shared_leads_to_a_login()
    {
        _host.Fault = (context, _) =>
        {
            if (context.Request.Path != "/ServiceLogin")
            {
                context.Response.Redirect("/ServiceLogin?continue=x");
                return Task.FromResult(true);
            }

            return PageAsync(context, "<title>Sign in</title>");
        };

        var failure = await _service.FailAsync(_host.Url($"open?id={FileId}"));

        failure.Title.ShouldBe("The file is not shared");
        failure.Detail.ShouldContain("Anyone with the link");
    }

    private static async Task<bool> PageAsync(HttpContext context, string page)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page, context.RequestAborted);
        return true;
    }

    /// <summary>/uc redirects to /download, which gives the warning until it is confirmed by the form and its cookie.</summary>
    private Task<bool> AnswerAsync(HttpContext context, (long First, long Last)? range)
    {
        var request = context.Request;
        if (request.Path == "/uc")
        {
            context.Response.Redirect($"/download?id={request.Query["id"]}&export={request.Query["export"]}");
            return Task.FromResult(true);
        }

        if (request.Path != "/download" || request.Query["id"] != FileId)
        {
            context.Response.StatusCode = (int)HttpStatusCode.NotFound;
            return Task.FromResult(true);
        }

        var uuid = $"u&1 {Volatile.Read(ref _warnings) - 1}";
        if (request.Query["confirm"] == "t" && request.Query["uuid"] == uuid && request.Cookies["NID"] == "c" && Interlocked.Decrement(ref _lifetime) >= 0)
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=\"genres.zip\"";
            return Task.FromResult(false);
        }

        if (range is null or (0, _))
        {
            context.Response.Headers.Append("Set-Cookie", "NID=c; path=/; HttpOnly");
            var page = _page == "" ? Warning : _page;
            Interlocked.Increment(ref _warnings);
            _page = _page.Contains("download-form", StringComparison.Ordinal) ? "" : _page;
            _lifetime = _lifetime == int.MaxValue ? _lifetime : 4;
            return PageAsync(context, page);
        }

        return PageAsync(context, "<title>Google Drive - Virus scan warning</title>");
    }
}
