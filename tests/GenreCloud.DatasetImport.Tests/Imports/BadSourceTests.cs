using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>Sources that cannot become a dataset: the import ends with a message that says what to do, and the service goes on.</summary>
public sealed class BadSourceTests(ImportService service) : IClassFixture<ImportService>
{
    private const string WebPage = "<!DOCTYPE html><html><head><title>Virus scan warning</title></head><body>Too large to scan.</body></html>";

    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_no_zip_is_refused()
    {
        using var folder = new TemporaryFolder();
        var source = new ImportSource { Path = folder.Write("song.zip", "ID3 is how an mp3 begins"u8.ToArray()) };

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("no-zip", source));

        error.Title.ShouldBe("The source is not a zip");
        error.Detail.ShouldContain("song.zip begins with the bytes 49443320");
    }

    [Fact]
    public async Task A_web_page_named_zip_is_recognised_behind_a_url()
    {
        await using var server = await SourceServer.StartAsync(Encoding.UTF8.GetBytes(WebPage));

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("page", new ImportSource { Url = server.Url("genres.zip") }));

        error.Title.ShouldBe("The source is a web page, not a zip");
        error.Detail.ShouldContain("Download it in a browser");
    }

    [Theory]
    [InlineData(WebPage, "The source is a web page, not a zip")]
    [InlineData("\uFEFF\r\n  <html>", "The source is a web page, not a zip")]
    [InlineData("plain text", "The source is not a zip")]
    [InlineData("PK", "The source is not a zip")]
    [InlineData("", "The source is empty")]
    public async Task An_upload_that_is_no_zip_is_refused_at_once(string content, string title)
    {
        using var response = await _host.PutAsync("upload", new ByteArrayContent(Encoding.UTF8.GetBytes(content)));

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Title.ShouldBe(title);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.999)]
    public async Task A_truncated_zip_is_refused(double part)
    {
        var zip = SourceZip.WithTracks(3, "rock").ToBytes();

        var error = await _host.FailToImportAsync("truncated", zip[..(int)(zip.Length * part)]);

        error.Title.ShouldBe("The zip is truncated");
        error.Detail.ShouldContain("Download it again");
    }

    [Fact]
    public async Task A_zip_without_pictures_is_refused()
    {
        var error = await _host.FailToImportAsync("no-pictures", new SourceZip().Entry("rock/readme.txt", "no pictures").ToBytes());

        error.Title.ShouldBe("The zip has no pictures");
        error.Detail.ShouldContain("{genre}/{first character}/{track id}.png");
    }

    [Fact]
    public async Task An_empty_zip_is_refused() =>
        (await _host.FailToImportAsync("empty-zip", new SourceZip().ToBytesWithoutLabels())).Title.ShouldBe("The zip has no pictures");

    [Fact]
    public async Task A_zip_with_too_many_entries_is_refused()
    {
        var zip = new SourceZip();
        for (var i = 0; i < 51; i++)
        {
            zip.Entry($"rock/{i}.png", "x");
        }

        var error = await _host.FailToImportAsync("many-entries", zip.ToBytes());

        error.Title.ShouldBe("The zip has too many entries");
        error.Detail.ShouldContain("DatasetImport:MaxEntries");
    }

    [Fact]
    public async Task When_nothing_is_left_the_message_counts_the_reasons()
    {
        var zip = new SourceZip()
            .Track("a", "rock", TestPng.Spectrogram(1)[..500])
            .Track("b", "rock", TestPng.Spectrogram(2)[..500])
            .Entry(SourceZip.NameOf("c", "rock"), TestPng.Spectrogram(3))
            .ToBytes();

        var error = await _host.FailToImportAsync("nothing-left", zip);

        error.Title.ShouldBe("Nothing is left to import");
        error.Detail.ShouldContain("None of the 3 pictures can be used: truncated 2, noLabel 1.");
        error.Detail.ShouldContain("The first: rock/a/a.png: ");
        using var dataset = await _host.Client.GetAsync(new Uri("/api/datasets/nothing-left", UriKind.Relative), CancellationToken);
        await dataset.ShouldBeProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(404, "answers 404")]
    [InlineData(403, "answers 403")]
    [InlineData(500, "answers 500")]
    public async Task A_url_that_is_refused_is_named_with_its_status(int status, string detail)
    {
        await using var server = await SourceServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("refused", new ImportSource { Url = server.Url("gone.zip") }));

        error.Title.ShouldBe("The source is refused");
        error.Detail.ShouldContain(server.Url("gone.zip"));
        error.Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task A_url_that_asks_to_come_back_tomorrow_is_not_waited_for()
    {
        await using var server = await SourceServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "86400";
            return Task.CompletedTask;
        });

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("tomorrow", new ImportSource { Url = server.Url("busy.zip") }));

        error.Title.ShouldBe("The source is refused");
        error.Detail.ShouldContain("answers 503");
    }

    [Fact]
    public async Task A_url_where_nobody_listens_is_named()
    {
        // Bound but never listening: connections to it are refused for as long as it lives.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var url = $"http://{socket.LocalEndPoint}/genres.zip";

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("nobody", new ImportSource { Url = url }));

        error.Title.ShouldBe("The source cannot be reached");
        error.Detail.ShouldContain(url);
        error.Detail.ShouldContain("refused");
    }

    [Fact]
    public async Task A_url_that_never_answers_is_given_up()
    {
        await using var server = await SourceServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("silent", new ImportSource { Url = server.Url("silent.zip") }));

        error.Title.ShouldBe("The source does not answer");
        error.Detail.ShouldContain("for 1 seconds (DatasetImport:SourceTimeout)");
    }

    [Fact]
    public async Task A_url_that_stalls_in_the_middle_is_given_up()
    {
        var zip = SourceZip.WithTracks(2, "rock").ToBytes();
        await using var server = await SourceServer.StartAsync(async context =>
        {
            context.Response.ContentLength = zip.Length;
            await context.Response.Body.WriteAsync(zip.AsMemory(0, 1000), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("stalled", new ImportSource { Url = server.Url("stalled.zip") }));

        error.Title.ShouldBe("The source broke off");
        error.Detail.ShouldContain($"ended after 1,000 of {zip.Length:N0} bytes");
        error.Detail.ShouldContain("DatasetImport:SourceTimeout");
    }

    [Fact]
    public async Task A_url_that_breaks_off_is_given_up()
    {
        var zip = SourceZip.WithTracks(2, "rock").ToBytes();
        await using var server = await SourceServer.StartAsync(async context =>
        {
            context.Response.ContentLength = zip.Length;
            await context.Response.Body.WriteAsync(zip.AsMemory(0, 1000), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        });

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("broken-off", new ImportSource { Url = server.Url("broken.zip") }));

        error.Title.ShouldBe("The source broke off");
        error.Detail.ShouldContain("broken.zip");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_url_with_too_much_is_refused_whether_it_says_so_or_not(bool announced)
    {
        var content = TooLarge();
        await using var server = await SourceServer.StartAsync(async context =>
        {
            context.Response.ContentLength = announced ? content.Length : null;
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        });

        var error = await _host.FailureOfAsync(await _host.StartImportAsync("too-large", new ImportSource { Url = server.Url("large.zip") }));

        error.Title.ShouldBe("The source is too large");
        error.Detail.ShouldContain("DatasetImport:MaxSourceBytes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_over_the_limit_is_413(bool chunked)
    {
        using var stream = new MemoryStream(TooLarge());
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/imports/upload?dataset=too-large&profile=genres");
        request.Content = new StreamContent(stream);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _host.Client.SendAsync(request, CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Detail.ShouldContain("DatasetImport:MaxSourceBytes");
    }

    [Fact]
    public async Task A_file_that_vanishes_between_acceptance_and_import_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("short-lived.zip", SourceZip.WithTracks(1, "rock").ToBytes());
        var blocker = new TaskCompletionSource();
        await using var server = await SourceServer.StartAsync(_ => blocker.Task);

        // The worker does one import at a time: the second waits until the first, whose host does not answer, is given up.
        var first = await _host.StartImportAsync("blocker", new ImportSource { Url = server.Url("x.zip") });
        await _host.WaitForAsync(first, import => import.Status == ImportStatus.Staging);
        var second = await _host.StartImportAsync("vanished", new ImportSource { Path = path });
        File.Delete(path);

        var error = await _host.FailureOfAsync(second);
        blocker.SetResult();

        error.Title.ShouldBe("The source cannot be opened");
        error.Detail.ShouldContain($"There is no file \"{path}\"");
    }

    /// <summary>Begins like a zip, and is larger than the service takes.</summary>
    private static byte[] TooLarge()
    {
        var content = new byte[ImportService.MaxSourceBytes + 1];
        "PK\u0003\u0004"u8.CopyTo(content);
        return content;
    }
}
