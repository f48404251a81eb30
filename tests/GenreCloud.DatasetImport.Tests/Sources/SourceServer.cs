using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A file host on a free port of 127.0.0.1 that answers every request as the test says.</summary>
internal sealed class SourceServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SourceServer(WebApplication app) => _app = app;

    public static async Task<SourceServer> StartAsync(RequestDelegate answer, string address = "127.0.0.1")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{address}:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new SourceServer(app);
    }

    /// <summary>A host that sends these bytes.</summary>
    public static Task<SourceServer> StartAsync(byte[] content) => StartAsync(async context =>
    {
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    });

    public string Url(string file) => $"{_app.Urls.Single()}/{file}";

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
