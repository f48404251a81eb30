using System.Net;
using System.Net.Sockets;

namespace GenreCloud.LocalTools.AspireDashboard;

/// <summary>
/// Three ports of 127.0.0.1 that were free a moment ago. The dashboard tells nobody which ports it got when it is asked for
/// free ones, so they are picked for it; whoever starts it tries again with others when one was taken in between.
/// </summary>
/// <param name="Frontend">Its web pages and telemetry API.</param>
/// <param name="OtlpGrpc">Takes OTLP over gRPC.</param>
/// <param name="OtlpHttp">Takes OTLP over HTTP.</param>
internal sealed record DashboardPorts(int Frontend, int OtlpGrpc, int OtlpHttp)
{
    /// <param name="preferredFrontend">Taken if it is free; 0 for any.</param>
    public static DashboardPorts FindFree(int preferredFrontend)
    {
        // All are held until all are known, so that no two are the same.
        using var frontend = TryListen(preferredFrontend) ?? Listen(0);
        using var otlpGrpc = Listen(0);
        using var otlpHttp = Listen(0);
        return new DashboardPorts(PortOf(frontend), PortOf(otlpGrpc), PortOf(otlpHttp));
    }

    private static TcpListener? TryListen(int port)
    {
        try
        {
            return Listen(port);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
