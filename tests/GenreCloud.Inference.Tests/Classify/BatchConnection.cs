using System.Net.Sockets;
using System.Text;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>A batch of which answers are read before all of it is sent, which HttpClient does not do.</summary>
internal sealed class BatchConnection : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private BatchConnection(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream);
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <param name="headers">Further ones, each with the end of its line.</param>
    public static async Task<BatchConnection> OpenAsync(InferenceHost service, string headers = "")
    {
        var address = service.Client.BaseAddress!;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, CancellationToken);
        var batch = new BatchConnection(socket);
        await batch._stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/classify/batch HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"),
            CancellationToken);
        await batch.SendAsync("--x\r\n"u8.ToArray());
        return batch;
    }

    public Task SendFileAsync(string name, byte[] file, bool isLast) => SendAsync(
    [
        .. Encoding.ASCII.GetBytes($"Content-Disposition: form-data; name=file; filename={name}\r\n\r\n"), .. file,
        .. Encoding.ASCII.GetBytes(isLast ? "\r\n--x--\r\n" : "\r\n--x\r\n"),
    ]);

    /// <summary>The next line with an answer; others are headers and sizes of chunks.</summary>
    public async Task<string> AnswerAsync()
    {
        while (true)
        {
            var line = (await _reader.ReadLineAsync(CancellationToken)).ShouldNotBeNull();
            if (line.StartsWith('{'))
            {
                return line;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
    }

    private Task SendAsync(byte[] bytes) =>
        _stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8], CancellationToken).AsTask();
}
