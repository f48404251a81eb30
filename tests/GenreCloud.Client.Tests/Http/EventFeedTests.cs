using System.Net;
using System.Text;
using GenreCloud.Client.Runs;

namespace GenreCloud.Client.Tests.Http;

/// <summary>Events over lines that break, which no service can be asked to do: the answers are recorded ones.</summary>
public sealed class EventFeedTests
{
    private const string Moved = "event: progress\ndata: {\"status\":\"training\"}\n\n";
    private const string Ended = "event: end\ndata: {\"id\":\"7\",\"status\":\"completed\"}\n\n";

    private readonly ImpatientTime _time = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broken_line_is_taken_up_again_after_the_last_event_that_was_heard()
    {
        using var line = new RecordedLine(Broken($"{Moved}{Step(1)}{Step(2)}"), Whole(""), Status(HttpStatusCode.ServiceUnavailable), Whole($"{Step(3)}{Ended}"));

        var events = await FollowAsync(line);

        events.OfType<StepMade>().Select(made => made.Step.Step).ShouldBe([1, 2, 3]);
        events[^1].ShouldBeOfType<RunEnded>().Run.Status.ShouldBe(RunStatus.Completed);
        line.LastEventIds.ShouldBe([null, "0.2", "0.2", "0.2"]);
    }

    [Fact]
    public async Task What_it_does_not_know_is_passed_over()
    {
        using var line = new RecordedLine(Whole($"event: news\ndata: {{}}\n\n{Ended}"));

        (await FollowAsync(line)).ShouldHaveSingleItem().ShouldBeOfType<RunEnded>();
    }

    [Fact]
    public async Task A_run_that_is_gone_meanwhile_is_the_services_problem()
    {
        using var line = new RecordedLine(Broken(Moved), Status(HttpStatusCode.NotFound));

        (await Should.ThrowAsync<GenreCloudException>(() => FollowAsync(line))).Problem.Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_service_that_is_not_reached_at_first_is_said_at_once()
    {
        using var line = new RecordedLine(Refused);

        await Should.ThrowAsync<HttpRequestException>(() => FollowAsync(line));

        line.LastEventIds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_stays_away_for_two_minutes_is_given_up()
    {
        using var line = new RecordedLine([Broken(Moved), .. Enumerable.Repeat(Refused, 100)]);
        var began = _time.GetUtcNow();

        await Should.ThrowAsync<HttpRequestException>(() => FollowAsync(line));

        (_time.GetUtcNow() - began).ShouldBeGreaterThan(TimeSpan.FromMinutes(2));
        line.LastEventIds.Count.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task A_line_that_is_silent_is_taken_up_again()
    {
        using var line = new RecordedLine(Silent(Moved), Whole(Ended));

        (await FollowAsync(line))[^1].ShouldBeOfType<RunEnded>();
    }

    private static string Step(int step) =>
        $"event: step\nid: 0.{step}\ndata: {{\"epoch\":1,\"step\":{step},\"loss\":\"NaN\",\"learningRate\":0.1,\"gradientNorm\":1,\"imagesPerSecond\":9}}\n\n";

    private static HttpResponseMessage Refused() => throw new HttpRequestException("Nobody listens.");

    private static Func<HttpResponseMessage> Whole(string events) => () => Answer(new MemoryStream(Encoding.UTF8.GetBytes(events)));

    private static Func<HttpResponseMessage> Broken(string events) => () => Answer(new BreakingStream(events, _ => Task.FromException(new IOException("The line broke."))));

    private Func<HttpResponseMessage> Silent(string events) => () => Answer(new BreakingStream(events, token =>
    {
        _time.PassLong();
        return Task.Delay(Timeout.Infinite, token);
    }));

    private static Func<HttpResponseMessage> Status(HttpStatusCode status) => () => new HttpResponseMessage(status);

    private static HttpResponseMessage Answer(Stream body) => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

    private async Task<List<RunEvent>> FollowAsync(RecordedLine line)
    {
        using var http = new HttpClient(line, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1:1") };
        return await new TrainingClient(http, _time).FollowRunAsync("7", CancellationToken).ToListAsync(CancellationToken);
    }

    /// <summary>Answers each request by the next of some answers.</summary>
    private sealed class RecordedLine(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        /// <summary>What each request said that it had heard.</summary>
        public List<string?> LastEventIds { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastEventIds.Add(request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : null);
            return Task.FromResult(answers[LastEventIds.Count - 1]());
        }
    }

    /// <summary>Some text, and then what becomes of the line.</summary>
    private sealed class BreakingStream(string text, Func<CancellationToken, Task> end) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                await end(cancellationToken);
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
