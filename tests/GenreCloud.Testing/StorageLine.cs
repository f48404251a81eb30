using System.Net;
using System.Net.Sockets;

namespace GenreCloud.Testing;

/// <summary>
/// The line between a service and a storage account, which can be cut and mended: ports of 127.0.0.1 that pass on what they get
/// while it is whole, and break every connection while it is cut.
/// </summary>
public sealed class StorageLine : IAsyncDisposable
{
    private readonly CancellationTokenSource _disposing = new();
    private readonly List<(TcpListener Listener, Task Accepting)> _ports = [];
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _open = [];
    private bool _isCut;

    /// <param name="account">At the other end of the line.</param>
    /// <param name="isCut">Whether the line is cut at first.</param>
    public StorageLine(StorageAccount account, bool isCut)
    {
        _isCut = isCut;
        ConnectionString = account.ConnectionString;
        foreach (var endpoint in new[] { account.Blobs.Uri, account.Queues.Uri }.DistinctBy(uri => uri.Port))
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _ports.Add((listener, AcceptAsync(listener, endpoint.Port)));
            ConnectionString = ConnectionString.Replace(
                $"127.0.0.1:{endpoint.Port}", $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", StringComparison.Ordinal);
        }
    }

    /// <summary>Reaches the account over this line.</summary>
    public string ConnectionString { get; }

    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var socket in _open)
            {
                socket.Close(timeout: 0);
            }

            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        Cut();
        foreach (var (listener, accepting) in _ports)
        {
            listener.Stop();
            await accepting;
        }

        _disposing.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, int port)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync(_disposing.Token);
                _ = PassOnAsync(near, port);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The line is done with.
        }
    }

    private async Task PassOnAsync(Socket near, int port)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            lock (_gate)
            {
                if (_isCut)
                {
                    near.Close(timeout: 0);
                    return;
                }

                _open.Add(near);
                _open.Add(far);
            }

            await far.ConnectAsync(IPAddress.Loopback, port, _disposing.Token);
            await using var nearStream = new NetworkStream(near);
            await using var farStream = new NetworkStream(far);
            await Task.WhenAny(nearStream.CopyToAsync(farStream, _disposing.Token), farStream.CopyToAsync(nearStream, _disposing.Token));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end has hung up, or the line was cut.
        }
        finally
        {
            near.Dispose();
            lock (_gate)
            {
                _open.Remove(near);
                _open.Remove(far);
            }
        }
    }
}
