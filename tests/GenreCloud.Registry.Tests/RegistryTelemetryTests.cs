using GenreCloud.Testing;

namespace GenreCloud.Registry.Tests;

public sealed class RegistryTelemetryTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registrations_and_moves_of_aliases_are_counted_as_documented()
    {
        var account = azurite.NewAccount();
        await account.Blobs.CreateBlobContainerAsync("registry", cancellationToken: CancellationToken);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        using var recording = new TelemetryRecording();

        for (var seed = 1; seed <= 2; seed++)
        {
            await registry.RegisterAsync("counted", new ModelFiles(ModelDescriptions.Onnx(seed)), ModelDescriptions.Create("folk", "jazz"), "test", CancellationToken);
        }

        await registry.SetAliasAsync("counted", "production", 2, expected: null, "test", why: null, CancellationToken);
        await registry.SetAliasAsync("counted", "production", 2, expected: null, "test", "not moved", CancellationToken);

        recording.Measurements.ShouldBeAsDocumented(recording.Instruments, "GenreCloud.Registry");
        recording.Measurements.Select(measurement => measurement.ToString()).ShouldBe(
        [
            "genrecloud.registry.registrations = 1 {genrecloud.model.name=counted}",
            "genrecloud.registry.alias.changes = 1 {genrecloud.model.name=counted, genrecloud.model.alias=production}",
            "genrecloud.registry.registrations = 1 {genrecloud.model.name=counted}",
            "genrecloud.registry.alias.changes = 1 {genrecloud.model.name=counted, genrecloud.model.alias=candidate}",
            "genrecloud.registry.alias.changes = 1 {genrecloud.model.name=counted, genrecloud.model.alias=production}",
        ]);
    }
}
