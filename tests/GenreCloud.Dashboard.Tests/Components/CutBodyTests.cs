using System.Net;
using System.Net.Sockets;
using System.Text;
using Bunit;
using GenreCloud.Client;
using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Components;
using Microsoft.AspNetCore.Components;

namespace GenreCloud.Dashboard.Tests.Components;

/// <summary>A connection that breaks while an answer is read, over a real one.</summary>
public sealed class CutBodyTests : ComponentTest
{
    private const string Headers = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    private const string Whole = """[{"name":"genres","versions":[1],"aliases":{"production":1}}]""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_said_and_the_page_goes_on(bool saysHowLong)
    {
        var isWhole = true;
        var length = saysHowLong ? $"Content-Length: {Whole.Length}\r\n" : "";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, () => $"{Headers}{length}\r\n{(isWhole ? Whole : Whole[..30])}", stop.Token);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{listener.LocalEndpoint}/") };
        var inference = new InferenceClient(http);
        var view = Render<DataView<IReadOnlyList<Model>>>(view => view
            .Add(v => v.Load, ct => inference.ListModelsAsync(ct))
            .Add(v => v.RefreshEvery, TimeSpan.FromSeconds(2))
            .Add(v => v.ChildContent, (RenderFragment<IReadOnlyList<Model>>)(models => builder => builder.AddContent(0, models[0].Name))));
        await UntilAsync(() => view.Markup.Contains("genres", StringComparison.Ordinal));

        isWhole = false;
        await UntilAsync(() => view.FindAll(".notice-title") is [var title] && title.TextContent == "The connection to a service broke");
        view.Find(".stale").TextContent.ShouldBe("genres");

        isWhole = true;
        await UntilAsync(() => view.FindAll(".notice").Count == 0);
        await stop.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, Func<string> answer, CancellationToken cancellationToken)
    {
        var request = new byte[4096];
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                await client.GetStream().ReadAtLeastAsync(request, 1, throwOnEndOfStream: false, cancellationToken);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer()), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
