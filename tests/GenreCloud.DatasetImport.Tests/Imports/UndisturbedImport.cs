using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>A zip with something of everything, and the version that an import makes of it when nothing happens.</summary>
public sealed class UndisturbedImport(AzuriteFixture azurite) : IAsyncLifetime
{
    public const string Dataset = "disturbed";

    private readonly TemporaryFolder _folder = new();

    public ImportSource Source { get; private set; } = new();

    /// <summary>The files of the version, see <see cref="WrittenVersion"/>.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; private set; } = new Dictionary<string, byte[]>();

    public async ValueTask InitializeAsync()
    {
        Source = new ImportSource { Path = _folder.Write("mixed.zip", MixedZip.ToBytes()) };
        var account = azurite.NewAccount();
        await using var host = await ImportService.StartAsync(
            account, configure: null, allowLocalPaths: true, allowPrivateAddresses: true, ("DatasetImport:PartitionBytes", MixedZip.PartitionBytes));
        var import = await host.EndOfAsync(await host.StartImportAsync(Dataset, Source));
        (import.Progress.Imported, import.Progress.Quarantined).ShouldBe((MixedZip.Samples, MixedZip.Quarantined));
        Files = await WrittenVersion.ReadAsync(account, Dataset, import.Version.ShouldNotBeNull());
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
