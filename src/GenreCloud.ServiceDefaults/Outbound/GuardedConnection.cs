using System.Net;
using System.Net.Sockets;

namespace GenreCloud.ServiceDefaults;

/// <summary>
/// Connects to some addresses only, those of the public internet. What is checked is the address that is then connected to, so that neither a name that means
/// another address the next time nor a redirect gets around it.
/// </summary>
/// <param name="mayConnectTo">Which.</param>
/// <param name="setting">What would allow all of them, for the message.</param>
public sealed class GuardedConnection(Func<IPAddress, bool> mayConnectTo, string setting)
{
    /// <exception cref="PrivateAddressException">The host has no public address.</exception>
    /// <exception cref="SocketException">The host is not known, or does not take the connection.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = addresses.Where(mayConnectTo).ToArray();
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException(host, setting);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
