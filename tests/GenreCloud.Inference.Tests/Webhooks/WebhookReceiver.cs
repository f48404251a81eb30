using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.Inference.Tests.Webhooks;

/// <summary>A program that is told of changes, and answers as the test wants.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ReceivedEvent> _received = Channel.CreateUnbounded<ReceivedEvent>();

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What to answer next; 200 once there is none left.</summary>
    public ConcurrentQueue<int> Answers { get; } = [];

    /// <summary>What to answer whenever <see cref="Answers"/> is empty.</summary>
    public int Otherwise { get; set; } = StatusCodes.Status200OK;

    public Uri Url => new(_app.Urls.Single() + "/hook/secret-path");

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next request, in the order in which they came.</summary>
    public ValueTask<ReceivedEvent> NextAsync() => _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        var received = new ReceivedEvent(
            context.Request.Path,
            context.Request.Headers["webhook-id"].ToString(),
            context.Request.Headers["webhook-timestamp"].ToString(),
            context.Request.Headers["webhook-signature"].ToString(),
            await body.ReadToEndAsync(context.RequestAborted));
        context.Response.StatusCode = Answers.TryDequeue(out var answer) ? answer : Otherwise;
        if (context.Response.StatusCode == StatusCodes.Status302Found)
        {
            context.Response.Headers.Location = "/elsewhere";
        }

        _received.Writer.TryWrite(received);
    }
}

/// <summary>A request of a webhook.</summary>
internal sealed record ReceivedEvent(string Path, string Id, string Timestamp, string Signature, string Body);
