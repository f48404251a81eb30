using GenreCloud.Testing;

namespace GenreCloud.Browser.Tests;

/// <summary>A Standalone process with data of its own, which can be killed and started again at the same address.</summary>
public sealed class Standalone : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("genrecloud-browser-");
    private readonly (string Name, string Value)[] _settings;
    private ServiceProcess? _process;

    /// <param name="settings">Environment variables.</param>
    public Standalone(params (string Name, string Value)[] settings) => _settings = settings;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>What it has written, for a test that fails.</summary>
    public string Output => _process?.Output ?? "";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Standalone"),
            ["--data", _data.FullName, "--urls", Address.GetLeftPart(UriPartial.Authority)],
            [("XDG_DATA_HOME", AzuriteFixture.LocalApplicationData), ("Training__Threads", "1"), .. _settings]);
        Address = await _process.WaitForAddressAsync(cancellationToken);
    }

    /// <summary>Ends it without a chance to tidy up.</summary>
    public async Task KillAsync() => await _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // Asked to end, it takes its Azurite with it.
            await _process.StopAsync(CancellationToken.None);
            await _process.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }
}
