using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.DatasetImport.Uploads;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Uploads;

/// <summary>A zip that is uploaded in parts, over restarts and broken connections.</summary>
public sealed class UploadTests(AzuriteFixture azurite, ImportService service) : IClassFixture<ImportService>
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _zip = SourceZip.WithTracks(4, "rock", "jazz").ToBytes();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_of_any_size_become_an_import()
    {
        var upload = await CreateAsync(service.Host, "parts");
        (await OffsetAsync(service.Host, upload)).ShouldBe(0);

        foreach (var (first, last) in new[] { (0, 3), (3, 1000), (1000, 1000), (1000, _zip.Length - 1) })
        {
            (await PatchedAsync(service.Host, upload, first, last)).ShouldBe(last);
            (await OffsetAsync(service.Host, upload)).ShouldBe(last);
        }

        using var response = await PatchAsync(service.Host, upload, _zip.Length - 1, _zip[^1..]);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/imports/{upload.ImportId}");
        await ShouldBeImportedAsync(service.Host, upload, "parts");
        (await OffsetAsync(service.Host, upload)).ShouldBe(_zip.Length);
    }

    [Fact]
    public async Task An_upload_goes_on_after_a_restart_at_the_offset_that_was_acknowledged()
    {
        var account = azurite.NewAccount();
        UploadProgress upload;
        await using (var first = await ImportService.StartAsync(account))
        {
            upload = await CreateAsync(first, "restart");
            await PatchedAsync(first, upload, 0, 1000);
        }

        await using var second = await ImportService.StartAsync(account);
        (await OffsetAsync(second, upload)).ShouldBe(1000);
        await PatchedAsync(second, upload, 1000, _zip.Length);

        await ShouldBeImportedAsync(second, upload, "restart");
    }

    [Fact]
    public async Task A_service_that_ends_between_the_last_part_and_the_import_is_made_up_for_when_the_offset_is_asked_for()
    {
        var upload = await CreateAsync(service.Host, "late");
        var blocks = new StagedBlocks(service.Account.Blobs.GetBlobContainerClient("sources"), upload.Id, TimeProvider.System);
        await blocks.StageAsync(0, _zip, _zip.Length, CancellationToken);

        (await OffsetAsync(service.Host, upload)).ShouldBe(_zip.Length);

        await ShouldBeImportedAsync(service.Host, upload, "late");
    }

    [Fact]
    public async Task What_came_of_a_part_that_broke_off_is_stored()
    {
        await using var host = await ImportService.StartAsync(azurite.NewAccount());
        var archive = new byte[StagedBlocks.BlockBytes + 10_000];
        _zip.CopyTo(archive, 0);
        var upload = await CreateAsync(host, "broken", bytes: archive.Length);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, CancellationToken);
            var stream = client.GetStream();
            var head = $"PATCH /api/uploads/{upload.Id} HTTP/1.1\r\nHost: localhost\r\nUpload-Offset: 0\r\n"
                + $"Content-Type: application/offset+octet-stream\r\nContent-Length: {archive.Length}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), CancellationToken);
            await stream.WriteAsync(archive.AsMemory(0, StagedBlocks.BlockBytes + 5000), CancellationToken);
            while (await OffsetAsync(host, upload) == 0)
            {
                await Task.Delay(PollInterval, TimeProvider.System, CancellationToken);
            }
        }

        HttpStatusCode status;
        do
        {
            // The broken request may still be at it.
            await Task.Delay(PollInterval, TimeProvider.System, CancellationToken);
            var offset = (int)await OffsetAsync(host, upload);
            offset.ShouldBeGreaterThanOrEqualTo(StagedBlocks.BlockBytes);
            using var rest = await PatchAsync(host, upload, offset, archive[offset..]);
            status = rest.StatusCode;
        }
        while (status is HttpStatusCode.Locked or HttpStatusCode.Conflict);
        status.ShouldBe(HttpStatusCode.NoContent);
        (await host.EndOfAsync(await host.GetImportAsync(upload.ImportId))).StagedArchives.ShouldHaveSingleItem().Sha256
            .ShouldBe(Convert.ToHexStringLower(SHA256.HashData(archive)));
    }

    [Fact]
    public async Task A_part_that_begins_elsewhere_is_409_and_tells_where_to_go_on()
    {
        var upload = await CreateAsync(service.Host, "offsets");
        await PatchedAsync(service.Host, upload, 0, 1000);

        foreach (var offset in new[] { 0, 999, 1001, _zip.Length })
        {
            using var response = await PatchAsync(service.Host, upload, offset, _zip[1000..1001]);
            (await response.ShouldBeProblemAsync(HttpStatusCode.Conflict)).Detail.ShouldContain("Upload-Offset: 1000");
        }

        (await OffsetAsync(service.Host, upload)).ShouldBe(1000);
    }

    [Fact]
    public async Task A_part_beyond_the_end_is_413()
    {
        var upload = await CreateAsync(service.Host, "too-long");

        using var response = await PatchAsync(service.Host, upload, 0, [.. _zip, 1]);

        (await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Detail.ShouldContain($"{_zip.Length:N0} bytes");
    }

    [Fact]
    public async Task Something_that_is_no_zip_is_400_with_its_first_part()
    {
        var upload = await CreateAsync(service.Host, "no-zip");

        using var response = await PatchAsync(service.Host, upload, 0, "ID3 is how an mp3 begins"u8.ToArray());

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Title.ShouldBe("The source is not a zip");
        (await OffsetAsync(service.Host, upload)).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_hash_fails_the_import()
    {
        var upload = await CreateAsync(service.Host, "wrong-hash", new string('a', 64));

        await PatchedAsync(service.Host, upload, 0, _zip.Length);

        (await service.Host.FailureOfAsync(await service.Host.GetImportAsync(upload.ImportId))).Title.ShouldBe("The source is not the one that was expected");
    }

    [Theory]
    [InlineData("""{"dataset":"d","profile":"genres"}""", HttpStatusCode.BadRequest, "The size cannot be that of a zip")]
    [InlineData("""{"dataset":"d","profile":"genres","bytes":-1}""", HttpStatusCode.BadRequest, "The size cannot be that of a zip")]
    [InlineData("""{"dataset":"D D","profile":"genres","bytes":1000}""", HttpStatusCode.BadRequest, "The dataset's name cannot be used")]
    [InlineData("""{"dataset":"d","profile":"genres","bytes":1000,"sha256":"x"}""", HttpStatusCode.BadRequest, "sha256 is malformed")]
    [InlineData("""{"dataset":"d","profile":"genres","bytes":99999999999}""", HttpStatusCode.RequestEntityTooLarge, "The archive is too large")]
    public async Task A_wrong_upload_request_is_refused(string body, HttpStatusCode status, string title)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await service.Host.Client.PostAsync(new Uri("/api/uploads", UriKind.Relative), content, CancellationToken);

        (await response.ShouldBeProblemAsync(status)).Title.ShouldBe(title);
    }

    [Fact]
    public async Task An_unknown_upload_is_404_and_a_part_without_an_offset_is_400()
    {
        using var unknown = await service.Host.Client.GetAsync(new Uri($"/api/uploads/{Guid.NewGuid():n}", UriKind.Relative), CancellationToken);
        (await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound)).Detail.ShouldContain("POST /api/uploads");
        using var nonsense = await service.Host.Client.GetAsync(new Uri("/api/uploads/..%2f..%2fx", UriKind.Relative), CancellationToken);
        await nonsense.ShouldBeProblemAsync(HttpStatusCode.NotFound);

        var upload = await CreateAsync(service.Host, "no-offset");
        using var response = await PatchAsync(service.Host, upload, offset: null, _zip);
        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Title.ShouldBe("The offset is missing");
    }

    [Fact]
    public async Task An_upload_that_is_not_complete_can_be_discarded()
    {
        var upload = await CreateAsync(service.Host, "discarded");
        await PatchedAsync(service.Host, upload, 0, 1000);

        using var deleted = await service.Host.Client.DeleteAsync(Address(upload), CancellationToken);

        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var gone = await service.Host.Client.GetAsync(Address(upload), CancellationToken);
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Uri Address(UploadProgress upload) => new($"/api/uploads/{upload.Id}", UriKind.Relative);

    private static async Task<long> OffsetAsync(ServiceHost host, UploadProgress upload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Address(upload));
        using var response = await host.Client.SendAsync(request, CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Upload-Length").ShouldBe([upload.Bytes.ToString(CultureInfo.InvariantCulture)]);
        return long.Parse(response.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    private static async Task<HttpResponseMessage> PatchAsync(ServiceHost host, UploadProgress upload, int? offset, byte[] part)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, Address(upload)) { Content = new ByteArrayContent(part) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        if (offset is { } given)
        {
            request.Headers.Add("Upload-Offset", given.ToString(CultureInfo.InvariantCulture));
        }

        return await host.Client.SendAsync(request, CancellationToken);
    }

    private async Task<long> PatchedAsync(ServiceHost host, UploadProgress upload, int first, int last)
    {
        using var response = await PatchAsync(host, upload, first, _zip[first..last]);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync(CancellationToken));
        return long.Parse(response.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    private async Task<UploadProgress> CreateAsync(ServiceHost host, string dataset, string? sha256 = null, long? bytes = null)
    {
        var request = new UploadRequest { Dataset = dataset, Profile = "genres", Bytes = bytes ?? _zip.Length, Sha256 = sha256, FileName = "genres.zip" };
        using var response = await host.Client.PostAsJsonAsync("/api/uploads", request, GenreCloudJson.Options, CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var upload = (await response.Content.ReadFromJsonAsync<UploadProgress>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/uploads/{upload.Id}");
        return upload;
    }

    private async Task ShouldBeImportedAsync(ServiceHost host, UploadProgress upload, string dataset)
    {
        var import = await host.EndOfAsync(await host.GetImportAsync(upload.ImportId));
        import.Error.ShouldBeNull();
        (import.Dataset, import.Progress.Imported).ShouldBe((dataset, 4));
        import.StagedArchives.ShouldHaveSingleItem().FileName.ShouldBe("genres.zip");
        import.StagedArchives[0].Bytes.ShouldBe(_zip.Length);
    }
}
