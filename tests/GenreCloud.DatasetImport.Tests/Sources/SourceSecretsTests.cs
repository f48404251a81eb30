using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A signature in an address is used, and neither shown nor part of what identifies the file.</summary>
[Trait("Category", "Security")]
public sealed class SourceSecretsTests(ImportService service) : IClassFixture<ImportService>
{
    [Theory]
    [InlineData("https://a.example/b.zip", "https://a.example/b.zip", "https://a.example/b.zip")]
    [InlineData("https://user:pw@a.example:8443/b%20c.zip#part", "https://a.example:8443/b%20c.zip", "https://a.example:8443/b%20c.zip")]
    [InlineData("https://a.example/b?id=7&v=2", "https://a.example/b?id=7&v=***", "https://a.example/b?id=7&v=2")]
    [InlineData("https://a.example/b?sv=2024&sig=s%3D&se=1&versionid=3", "https://a.example/b?sv=***&sig=***&se=***&versionid=3", "https://a.example/b?versionid=3")]
    [InlineData("https://a.example/b?X-Amz-Signature=s&X-Amz-Date=1", "https://a.example/b?X-Amz-Signature=***&X-Amz-Date=***", "https://a.example/b")]
    [InlineData("https://a.example/b?Expires=1&Signature=s&Key-Pair-Id=k", "https://a.example/b?Expires=***&Signature=***&Key-Pair-Id=***", "https://a.example/b")]
    public void An_address_is_shown_and_identified_without_secrets(string url, string shown, string identity)
    {
        SourceAddress.WithoutSecrets(url).ShouldBe(shown);
        SourceAddress.Identity(new Uri(url)).ShouldBe(identity);
    }

    [Fact]
    public async Task No_answer_about_an_import_has_the_signature()
    {
        var zip = SourceZip.WithTracks(2, "rock").ToBytes();
        await using var server = await FileHost.StartAsync(zip);
        var source = new ImportSource { Url = server.Url("genres.zip?sig=secret") };
        var labels = new ImportSource { Url = server.Url("gone.csv?sig=secret") };

        var import = await service.Host.EndOfAsync(await service.Host.StartImportAsync("secrets", source));
        var failed = await service.Host.FailureOfAsync(await service.Host.StartImportAsync("no-labels", new ImportSource { Url = "http://127.0.0.1:9/a.zip?sig=secret" }, labels));

        import.Error.ShouldBeNull();
        import.Sources.ShouldHaveSingleItem().Url.ShouldBe(server.Url("genres.zip?sig=***"));
        (await service.Host.GetManifestAsync("secrets", 1)).Source.Url.ShouldBe(server.Url("genres.zip?sig=***"));
        failed.Detail.ShouldContain("http://127.0.0.1:9/a.zip?sig=***");
        foreach (var path in new[] { "/api/imports", $"/api/imports/{import.Id}", "/api/datasets/secrets/1" })
        {
            (await service.Host.Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).ShouldNotContain("secret\"");
            (await service.Host.Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).ShouldNotContain("=secret");
        }
    }
}
