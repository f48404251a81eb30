using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GenreCloud.Browser.Tests;

/// <summary>A file host that sends its only file drop by drop, until it is told to go on.</summary>
internal sealed class SlowHost : IAsyncDisposable
{
    private const int DropBytes = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SlowHost(byte[] file)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/songs.zip", async (HttpResponse response, CancellationToken cancellationToken) =>
        {
            response.ContentType = "application/zip";
            response.ContentLength = file.Length;
            foreach (var drop in file.Chunk(DropBytes))
            {
                await response.Body.WriteAsync(drop, cancellationToken);
                await Task.WhenAny(_goOn.Task, Task.Delay(Pause, cancellationToken));
            }
        });
    }

    public Uri File => new(new Uri(_app.Urls.Single()), "/songs.zip");

    public static async Task<SlowHost> StartAsync(byte[] file, CancellationToken cancellationToken)
    {
        var host = new SlowHost(file);
        await host._app.StartAsync(cancellationToken);
        return host;
    }

    public void GoOn() => _goOn.SetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
