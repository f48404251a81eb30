using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using GenreCloud.Inference.Admission;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Inference.Tests.Admission;

/// <summary>What requests get while the service has as much to do as it can.</summary>
[Trait("Category", "Security")]
public sealed class BusyServiceTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_finds_the_queue_full_is_refused_before_its_body_is_read_and_told_when_to_try_again()
    {
        await using var service = await StartAsync(time: null, ("Inference:MaxQueuedRequestsPerRun", "0"));
        using (await OccupiedSlots.TakeAsync(service))
        {
            // A client that sends its body only when the server asks for it.
            using var patient = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
            using var client = new HttpClient(patient) { BaseAddress = service.Client.BaseAddress, DefaultRequestHeaders = { ExpectContinue = true } };
            using var body = new WatchedContent(Spectrograms.Pngs[0]);

            using var response = await client.PostAsync(new Uri("/api/classify", UriKind.Relative), body, CancellationToken);

            body.WasAskedFor.ShouldBeFalse();
            response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            response.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
            (await InferenceHost.ProblemAsync(response)).Detail.ShouldNotBeNull().ShouldContain("Inference:MaxQueuedRequestsPerRun");
        }

        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_that_waits_is_answered_when_its_turn_comes()
    {
        await using var service = await StartAsync();
        Task<Answer> asked;
        using (await OccupiedSlots.TakeAsync(service))
        {
            asked = service.ClassifyAsync(Spectrograms.Pngs[0]);
            await OccupiedSlots.WaitForQueueAsync(service, 1);
            asked.IsCompleted.ShouldBeFalse();
        }

        (await asked).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_computed_for_a_client_that_left_the_queue()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account, "left");
        await using var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy", "left");
        using var recording = new TelemetryRecording();
        using (await OccupiedSlots.TakeAsync(service))
        {
            using var leaving = new CancellationTokenSource();
            using var content = InferenceHost.Png(Spectrograms.Pngs[0]);
            var asked = service.Client.PostAsync(new Uri("/api/classify", UriKind.Relative), content, leaving.Token);
            await OccupiedSlots.WaitForQueueAsync(service, 1);

            await leaving.CancelAsync();

            await asked.ShouldThrowAsync<OperationCanceledException>();
            await OccupiedSlots.WaitForQueueAsync(service, 0);
        }

        await service.ClassifyAsync(Spectrograms.Pngs[0]);
        recording.AllMeasurements
            .Count(measurement => measurement.Instrument.Name == "genrecloud.inference.run.duration" && measurement.Tags.Values.Contains("left"))
            .ShouldBe(1);
    }

    [Theory]
    [InlineData("500", 500)]
    [InlineData(null, 60_000)]
    [InlineData("99999999", 60_000)]
    public async Task A_request_that_waits_past_its_deadline_is_504_and_leaves_the_queue(string? header, int milliseconds)
    {
        var time = new FakeTimeProvider();
        await using var service = await StartAsync(time);
        using (await OccupiedSlots.TakeAsync(service))
        {
            using var request = Request(header);
            var asked = service.Client.SendAsync(request, CancellationToken);
            await OccupiedSlots.WaitForQueueAsync(service, 1);

            time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            service.Part<RunSlots>().Waiting.ShouldBe(1);
            time.Advance(TimeSpan.FromMilliseconds(1));

            using var response = await asked;
            response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
            (await InferenceHost.ProblemAsync(response)).Detail.ShouldNotBeNull().ShouldContain(milliseconds.ToString(CultureInfo.InvariantCulture));
            service.Part<RunSlots>().Waiting.ShouldBe(0);
        }

        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Version.ShouldBe(1);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    public async Task A_deadline_that_cannot_be_read_is_400(string header)
    {
        await using var service = await StartAsync();
        using var request = Request(header);

        using var response = await service.Client.SendAsync(request, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(400),
            problem => problem.Title.ShouldContain(RequestDeadline.Header));
    }

    private async Task<InferenceHost> StartAsync(TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        var service = await InferenceHost.StartAsync(account, time, settings);
        await service.WaitForHealthAsync("Healthy", "version 1");
        return service;
    }

    private static HttpRequestMessage Request(string? deadline)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/classify") { Content = InferenceHost.Png(Spectrograms.Pngs[0]) };
        if (deadline is not null)
        {
            request.Headers.Add(RequestDeadline.Header, deadline);
        }

        return request;
    }

    /// <summary>A picture that knows whether it was sent.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly byte[] _png;

        public WatchedContent(byte[] png)
        {
            _png = png;
            Headers.ContentType = new MediaTypeHeaderValue("image/png");
        }

        public bool WasAskedFor { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasAskedFor = true;
            await stream.WriteAsync(_png);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _png.Length;
            return true;
        }
    }
}
