using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace GenreCloud.Testing;

/// <summary>What goes wrong with a request to a storage account.</summary>
public enum StorageFault
{
    None,

    /// <summary>The service says that it is busy (503), and has done nothing.</summary>
    Busy,

    /// <summary>The connection is reset before the service gets the request.</summary>
    Reset,

    /// <summary>The service does what it was asked, and the connection is reset before it can say so.</summary>
    AnswerLost,

    /// <summary>Half of the answer's body comes, then the connection is reset.</summary>
    PartialBody,

    /// <summary>Nothing comes for a while, then the connection is reset: what a client's time limit looks like.</summary>
    Silence,
}

/// <summary>
/// Stands between a service and a storage account and lets requests fail, as a plan says. It passes on what it gets unchanged, so that
/// signatures stay valid.
/// </summary>
public sealed class FaultyStorage : IAsyncDisposable
{
    private static readonly TimeSpan SilenceDuration = TimeSpan.FromSeconds(1);

    private static readonly HashSet<string> HopByHop =
        new(["Connection", "Keep-Alive", "Transfer-Encoding", "Host", "Proxy-Connection", "Upgrade"], StringComparer.OrdinalIgnoreCase);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None });
    private readonly List<WebApplication> _ports = [];
    private readonly Func<HttpRequest, StorageFault> _plan;
    private int _faults;

    private FaultyStorage(Func<HttpRequest, StorageFault> plan) => _plan = plan;

    /// <summary>Reaches the account through this.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Requests that failed so far.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <param name="account">The account behind it.</param>
    /// <param name="plan">What is to happen to a request; called by several threads.</param>
    public static async Task<FaultyStorage> StartAsync(StorageAccount account, Func<HttpRequest, StorageFault> plan)
    {
        var storage = new FaultyStorage(plan) { ConnectionString = account.ConnectionString };
        foreach (var endpoint in new[] { account.Blobs.Uri, account.Queues.Uri }.DistinctBy(uri => uri.Port))
        {
            var port = await storage.ListenAsync(endpoint.Port);
            storage.ConnectionString = storage.ConnectionString.Replace(
                $"127.0.0.1:{endpoint.Port}", $"127.0.0.1:{port}", StringComparison.Ordinal);
        }

        return storage;
    }

    /// <summary>A plan that lets one request in so many fail in one of these ways, the same ones for the same seed and order of requests.</summary>
    public static Func<HttpRequest, StorageFault> Every(int requests, int seed, params StorageFault[] faults)
    {
        var random = new Random(seed);
        return _ =>
        {
            lock (random)
            {
                return random.Next(requests) == 0 ? faults[random.Next(faults.Length)] : StorageFault.None;
            }
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var port in _ports)
        {
            await port.DisposeAsync();
        }

        _client.Dispose();
    }

    private async Task<int> ListenAsync(int target)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, target));
        await app.StartAsync();
        _ports.Add(app);
        return new Uri(app.Urls.Single()).Port;
    }

    private async Task AnswerAsync(HttpContext context, int port)
    {
        var fault = _plan(context.Request);
        if (fault != StorageFault.None)
        {
            Interlocked.Increment(ref _faults);
        }

        switch (fault)
        {
            case StorageFault.Busy:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers["x-ms-error-code"] = "ServerBusy";
                return;
            case StorageFault.Reset:
                context.Abort();
                return;
            case StorageFault.Silence:
                await Task.Delay(SilenceDuration, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                return;
        }

        try
        {
            using var answer = await ForwardAsync(context.Request, port, context.RequestAborted);
            if (fault == StorageFault.AnswerLost)
            {
                context.Abort();
                return;
            }

            await PassOnAsync(answer, context, fault == StorageFault.PartialBody);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The service behind the account has ended, or the caller has.
            context.Abort();
        }
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequest request, int port, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{port}{request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget}";
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), url);
        if (request.ContentLength is not null || request.Headers.TransferEncoding.Count > 0)
        {
            forwarded.Content = new StreamContent(request.Body);
        }

        foreach (var (name, values) in request.Headers.Where(header => !HopByHop.Contains(header.Key)))
        {
            if (!forwarded.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
            }
        }

        return await _client.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task PassOnAsync(HttpResponseMessage answer, HttpContext context, bool isPartial)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !HopByHop.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (context.Request.Method == HttpMethods.Head || answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(isPartial ? body.AsMemory(0, body.Length / 2) : body, context.RequestAborted);
        if (isPartial)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }
}
