using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace GenreCloud.Client.Http;

/// <summary>
/// Reads a service's server-sent events to their end. A line that breaks is taken up again where it broke (<c>Last-Event-ID</c>), so that a restart of the
/// service is no more than a pause.
/// </summary>
/// <param name="api">The service.</param>
/// <param name="time">Spaces the attempts.</param>
/// <param name="patience">How long a line that broke is tried again without an answer.</param>
internal sealed class EventFeed(ServiceApi api, TimeProvider time, TimeSpan patience)
{
    /// <summary>The event after which nothing comes.</summary>
    private const string End = "end";

    /// <summary>The services tell something every 15 s; a line without it for three times as long is dead, though nobody closed it.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    /// <summary>Before the first new attempt; each further one waits twice as long, up to <see cref="LongestDelay"/>.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>Follows to the end.</summary>
    /// <param name="path">Of the events.</param>
    /// <param name="read">Makes an event of its type and data; null for one of a type that this program does not know.</param>
    /// <exception cref="GenreCloudException">The service does not tell them: what they are of is not there, or no longer.</exception>
    /// <exception cref="HttpRequestException">The service is not reached, or was not any more for as long as the patience lasts.</exception>
    public async IAsyncEnumerable<T> FollowAsync<T>(string path, Func<string, JsonElement, T?> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var position = new Position();
        while (true)
        {
            await using var line = ReadAsync(path, position, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(line, position, cancellationToken).ConfigureAwait(false))
            {
                var item = line.Current;
                if (read(item.EventType, item.Data) is { } told)
                {
                    yield return told;
                }

                if (item.EventType == End)
                {
                    yield break;
                }
            }

            await Task.Delay(position.NextDelay(), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next event of a connection; false when it broke and another attempt is due.</summary>
    private async Task<bool> MoveNextAsync(IAsyncEnumerator<SseItem<JsonElement>> line, Position position, CancellationToken cancellationToken)
    {
        try
        {
            if (await line.MoveNextAsync().ConfigureAwait(false))
            {
                position.Heard(line.Current.EventId);
                return true;
            }
        }
        catch (Exception exception) when (IsOutage(exception, cancellationToken))
        {
            // Who has heard nothing yet asks at a wrong address rather than of a service that restarts.
            position.BrokenSince ??= time.GetTimestamp();
            if (!position.HasHeard || time.GetElapsedTime(position.BrokenSince.Value) >= patience)
            {
                throw;
            }
        }

        return false;
    }

    private async IAsyncEnumerable<SseItem<JsonElement>> ReadAsync(string path, Position position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        using var response = await api.OpenAsync(HttpMethod.Get, path, content: null, position.Write, reading.Token).ConfigureAwait(false);
        var body = await response.Content.ReadAsStreamAsync(reading.Token).ConfigureAwait(false);
        var events = SseParser.Create(body, (_, data) => JsonElement.Parse(data)).EnumerateAsync(reading.Token);
        await foreach (var item in events.ConfigureAwait(false))
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return item;
            silence.CancelAfter(LongestSilence);
        }
    }

    private static bool IsOutage(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is HttpRequestException or IOException or OperationCanceledException or GenreCloudException { Problem.Status: 429 or >= 500 };

    /// <summary>How far was read, and since when nothing is.</summary>
    private sealed class Position
    {
        private string? _lastId;
        private TimeSpan _delay = FirstDelay;

        public bool HasHeard { get; private set; }

        public long? BrokenSince { get; set; }

        public void Heard(string? id)
        {
            (HasHeard, BrokenSince, _delay) = (true, null, FirstDelay);
            _lastId = id is { Length: > 0 } ? id : _lastId;
        }

        public TimeSpan NextDelay()
        {
            var delay = _delay;
            _delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            return delay;
        }

        public void Write(HttpRequestMessage request)
        {
            if (_lastId is not null)
            {
                request.Headers.Add("Last-Event-ID", _lastId);
            }
        }
    }
}
