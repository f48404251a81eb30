using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GenreCloud.ServiceDefaults.Tests;

/// <summary>The clients of the HTTP client factory.</summary>
public sealed class HttpClientTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_is_found_by_its_name_and_asked_again_when_it_cannot_answer_now()
    {
        var asked = 0;
        var server = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        server.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = server.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            return context.Response.WriteAsync("hello", CancellationToken);
        });
        await app.StartAsync(CancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new KeyValuePair<string, string?>("Services:inference:http:0", app.Urls.Single())]);
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient("any");
        using var host = builder.Build();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("any");

        (await client.GetStringAsync(new Uri("http://inference/x"), CancellationToken)).ShouldBe("hello");

        asked.ShouldBe(2);
    }
}
