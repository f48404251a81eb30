using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>The same network behind FastAPI, by uvicorn in a process of its own.</summary>
internal sealed partial class ServingPeer : IAsyncDisposable
{
    private readonly ServiceProcess _process;

    private ServingPeer(ServiceProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="python">An interpreter that has fastapi, uvicorn, torch, numpy and PIL.</param>
    public static async Task<ServingPeer> StartAsync(string python)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var process = ServiceProcess.Start(
            python, [Path.Combine(AppContext.BaseDirectory, "Peer", "serving_peer.py"), port.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForOutputAsync(RunningLine(), CancellationToken.None);
        return new ServingPeer(process, new Uri($"http://127.0.0.1:{port}"));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("Uvicorn running on", RegexOptions.CultureInvariant)]
    private static partial Regex RunningLine();
}
