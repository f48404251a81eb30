using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>The HTTP client that fetches sources: other people's servers, files of many gigabytes.</summary>
internal static class SourceClient
{
    public const string Name = "sources";

    /// <summary>The first pause before a host is asked again; the next ones are longer.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private const int Retries = 3;

    /// <summary>Adds the client and the <see cref="SourceOpener"/> that uses it.</summary>
    public static void AddSourceClient(this IHostApplicationBuilder builder)
    {
        // One client for good: a handler that the factory replaced in the middle of a download might end it. The connections
        // are renewed instead, so that a changed DNS entry counts.
        var client = builder.Services.AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

        // The defaults are for calls between services: they end a call after half a minute, and no longer call a host at all
        // where many calls to any other host have failed.
#pragma warning disable EXTEXP0001 // The only way to leave the defaults; marked experimental.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        client.AddResilienceHandler(Name, AddResilience);
        builder.Services.AddSingleton(services => new SourceOpener(
            services.GetRequiredService<IHttpClientFactory>().CreateClient(Name), services.GetRequiredService<IOptions<DatasetImportOptions>>()));
    }

    /// <summary>
    /// Waits for the headers of an answer, no longer than a source may stay silent, and asks again while none has come or the
    /// host says that it cannot answer now. The body comes after that: nothing of it is ever fetched twice.
    /// </summary>
    private static void AddResilience(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
        pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = Retries,
            Delay = RetryDelay,

            // The host could name a day, and the import would wait for it with everything behind it in the queue.
            ShouldRetryAfterHeader = false,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is not TimeoutRejectedException && HttpClientResiliencePredicates.IsTransient(attempt.Outcome)),
        });
        pipeline.AddTimeout(context.ServiceProvider.GetRequiredService<IOptions<DatasetImportOptions>>().Value.SourceTimeout);
    }
}
