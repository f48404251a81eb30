using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>Clients that post to a service, one request of a list after the other.</summary>
internal sealed class HttpLoad(Uri address, IReadOnlyList<LoadRequest> requests) : IDisposable
{
    /// <summary>Clients that post pictures.</summary>
    public HttpLoad(Uri address, string path, IReadOnlyList<byte[]> pngs)
        : this(address, [.. pngs.Select(png => new LoadRequest(path, () => LoadRequest.File(png, "image/png")))])
    {
    }

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 10_000 }) { BaseAddress = address };

    /// <summary>So many clients, each of which sends its next request when it has its answer.</summary>
    public async Task<Latencies> ClosedAsync(int concurrency, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var lanes = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async lane =>
        {
            var milliseconds = new List<double>();
            for (var request = lane; Stopwatch.GetElapsedTime(started) < duration; request++)
            {
                var (status, took) = await PostAsync(request);
                if (status != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"{address} answers {status}.");
                }

                milliseconds.Add(took);
            }

            return milliseconds;
        }));
        return new Latencies([.. lanes.SelectMany(lane => lane)], Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>So many requests a second, whatever becomes of the ones before.</summary>
    /// <returns>What was answered, and what was refused.</returns>
    public async Task<(Latencies Answered, Latencies Refused)> OpenAsync(double perSecond, TimeSpan duration)
    {
        var answered = new ConcurrentBag<double>();
        var refused = new ConcurrentBag<double>();
        var posts = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await timer.WaitForNextTickAsync() && Stopwatch.GetElapsedTime(started) < duration)
        {
            while (posts.Count < Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond)
            {
                posts.Add(OneAsync(posts.Count));
            }
        }

        await Task.WhenAll(posts);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (new Latencies([.. answered], seconds), new Latencies([.. refused], seconds));

        async Task OneAsync(int request)
        {
            var (status, took) = await PostAsync(request);
            (status switch
            {
                HttpStatusCode.OK => answered,
                HttpStatusCode.TooManyRequests => refused,
                _ => throw new InvalidOperationException($"{address} answers {status}."),
            }).Add(took);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, double Milliseconds)> PostAsync(int request)
    {
        var (path, content) = requests[request % requests.Count];
        using var body = content();
        var began = Stopwatch.GetTimestamp();
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), body);
        await response.Content.ReadAsByteArrayAsync();
        return (response.StatusCode, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}
