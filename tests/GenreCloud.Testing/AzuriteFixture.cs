using System.Globalization;
using GenreCloud.LocalTools.Azurite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace GenreCloud.Testing;

/// <summary>
/// One real Azurite for a test assembly: declare <c>[assembly: AssemblyFixture(typeof(AzuriteFixture))]</c> and take it as a
/// constructor parameter. GenreCloud's containers and queues have fixed names, so every test takes an account of its own
/// from <see cref="NewAccount"/>: tests then run in any order and in parallel. The package is installed once a checkout
/// (under artifacts/); the data lies in a temporary folder and goes with the fixture.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    // Azurite reads its accounts once, from an environment variable; 512 make 55 KB of the 128 KB a variable may have.
    private const int AccountCount = 512;

    private static readonly IReadOnlyList<AzuriteAccount> Accounts =
    [
        .. Enumerable.Range(0, AccountCount).Select(number => new AzuriteAccount(
            string.Create(CultureInfo.InvariantCulture, $"test{number:D4}"), AzuriteAccount.Development.Key)),
    ];

    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("genrecloud-azurite-").FullName;
    private AzuriteProcess? _azurite;
    private int _accountsTaken;

    /// <summary>What XDG_DATA_HOME has to be for a Standalone that a test starts, so that it shares the installed Azurite.</summary>
    public static string LocalApplicationData { get; } = Path.Combine(RepositoryRoot.Path, "artifacts");

    /// <summary>Where every test project's Azurite is installed.</summary>
    public static string PackageDirectory { get; } = Path.Combine(LocalApplicationData, "GenreCloud", "packages");

    /// <summary>An empty storage account that no other test has.</summary>
    public StorageAccount NewAccount()
    {
        var number = Interlocked.Increment(ref _accountsTaken) - 1;
        if (number >= AccountCount)
        {
            throw new InvalidOperationException($"This assembly's tests took more than {AccountCount} storage accounts: raise AzuriteFixture.AccountCount.");
        }

        var azurite = _azurite ?? throw new InvalidOperationException("Azurite has not been started.");
        return new StorageAccount(azurite.GetConnectionString(Accounts[number]));
    }

    public async ValueTask InitializeAsync()
    {
        var options = new AzuriteOptions { DataDirectory = _dataDirectory, PackageDirectory = PackageDirectory, Accounts = Accounts };
        _azurite = await AzuriteProcess.StartAsync(options, NullLogger.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        Directory.Delete(_dataDirectory, recursive: true);
    }
}
