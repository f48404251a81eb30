using System.Net;
using System.Net.Http.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A service that others can reach fetches nothing for them from its own machine and network.</summary>
[Trait("Category", "Security")]
public sealed class PrivateAddressTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly byte[] _archive = StagingService.Archive(2);
    private FileHost _host = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await FileHost.StartAsync(_archive);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_name_that_means_this_machine_is_refused_when_it_is_connected_to()
    {
        await using var service = await StagingService.StartAsync(_account, allowPrivateAddresses: false);
        var url = _host.Url("a.zip").Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var failure = await service.FailAsync(url);

        failure.Title.ShouldBe("The source is a private address");
        failure.Detail.ShouldContain("localhost");
        failure.Detail.ShouldContain("DatasetImport:AllowPrivateAddresses");
        _host.Whole.ShouldBe(0);
    }

    [Fact]
    public async Task A_redirect_to_a_private_address_is_refused_when_it_is_connected_to()
    {
        // 127.0.0.1 plays the internet here, and 127.0.0.2 the private network: it is the same machine.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has all of 127.0.0.0/8.");
        await using var inside = await SourceServer.StartAsync(_ => throw new InvalidOperationException("It was reached."), "127.0.0.2");
        _host.Fault = (context, _) =>
        {
            context.Response.Redirect(inside.Url("latest/meta-data?token=secret"));
            return Task.FromResult(true);
        };
        await using var service = await StagingService.StartAsync(
            _account, tuning => tuning with { MayConnectTo = address => IPAddress.Loopback.Equals(address) }, allowPrivateAddresses: false);

        var failure = await service.FailAsync(_host.Url("a.zip"));

        failure.Title.ShouldBe("The source is a private address");
        failure.Detail.ShouldContain("127.0.0.2");
        failure.Detail.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_name_that_means_a_private_address_the_next_time_is_refused_then()
    {
        // The address of the first connection plays the internet, and of the second, for the rest of the file, the private network.
        var connections = 0;
        _host.Fault = (context, _) =>
        {
            context.Response.Headers.Connection = "close";
            return Task.FromResult(false);
        };
        await using var service = await StagingService.StartAsync(
            _account,
            tuning => tuning with { MayConnectTo = address => IPAddress.Loopback.Equals(address) && Interlocked.Increment(ref connections) == 1 },
            allowPrivateAddresses: false);

        var failure = await service.FailAsync(_host.Url("a.zip").Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        failure.Title.ShouldBe("The source is a private address");
        (_host.Asked.Count, _host.Whole).ShouldBe((0, 0), "only the first look was answered");
        connections.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("http://169.254.169.254/metadata")]
    [InlineData("http://[::1]/a.zip")]
    [InlineData("http://[::ffff:10.0.0.1]/a.zip")]
    [InlineData("http://2130706433/a.zip")]
    public async Task An_address_that_is_private_as_it_is_written_is_400(string url)
    {
        await using var host = await ImportService.StartAsync(_account, allowPrivateAddresses: false);
        var request = new ImportRequest { Dataset = "d", Profile = "genres", Source = new ImportSource { Url = url } };

        using var response = await host.Client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest)).Detail.ShouldContain("DatasetImport:AllowPrivateAddresses");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/a.zip")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_anything_but_http_is_refused(string location)
    {
        _host.Fault = (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = location;
            return Task.FromResult(true);
        };
        await using var service = await StagingService.StartAsync(_account);

        (await service.FailAsync(_host.Url("a.zip"))).Title.ShouldBe("The source leads to an address that is not opened");
    }

    [Fact]
    public async Task Redirects_in_a_circle_are_given_up()
    {
        _host.Fault = (context, _) =>
        {
            context.Response.Redirect("/a.zip");
            return Task.FromResult(true);
        };
        await using var service = await StagingService.StartAsync(_account);

        (await service.FailAsync(_host.Url("a.zip"))).Title.ShouldBe("The source leads nowhere");
    }
}
