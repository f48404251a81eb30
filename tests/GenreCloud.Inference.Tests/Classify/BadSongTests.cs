using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>What is no song, or no song that can be classified, is the sender's problem and never a 500.</summary>
[Trait("Category", "Security")]
public sealed class BadSongTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("bad_empty.wav", "audio/wav", 400, "The body is empty", "Send the bytes of a song")]
    [InlineData("bad_not_audio.mp3", "audio/mpeg", 415, "The file is no song that can be read", "no audio in a known format")]
    [InlineData("bad_silence_10s.wav", "audio/wav", 422, "The song is silent", "silent from beginning to end")]
    [InlineData("bad_truncated.mp3", "audio/mpeg", 422, "The song is too short", "at least 3")]
    [InlineData("expected.json", "audio/mpeg", 415, "The file is no song that can be read", "no audio in a known format")]
    [InlineData("expected.json", "application/json", 415, "The body is of a kind that cannot be classified", "audio/mpeg")]
    public async Task A_bad_file_is_refused_with_what_is_wrong_and_what_to_do(string clip, string contentType, int status, string title, string detail)
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        using var content = InferenceHost.File(await Songs.ReadAsync(clip), contentType);

        await IsRefusedAsync(service, content, status, title, detail);
    }

    [Fact]
    public async Task A_page_of_a_web_server_is_no_song()
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        using var content = InferenceHost.File("<!DOCTYPE html><html><body>404 Not Found</body></html>"u8.ToArray(), "audio/mpeg");

        await IsRefusedAsync(service, content, 415, "The file is no song that can be read", "Send MP3");
    }

    [Fact]
    public async Task A_video_is_no_song()
    {
        var video = await FfmpegEncoder.MakeAsync("mp4", "-f lavfi -i testsrc=d=4:s=64x64 -f lavfi -i sine=d=4 -c:a aac");
        await using var service = await StartAsync();
        using var content = InferenceHost.File(video, "video/mp4");

        await IsRefusedAsync(service, content, 415, "The file is no song that can be read", "The file is a video");
    }

    [Fact]
    public async Task A_song_of_less_than_three_seconds_is_refused_and_says_so()
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.File(Songs.Wav(Tone(2.9)), "audio/wav");

        await IsRefusedAsync(service, content, 422, "The song is too short", "The song has 2.90 s, and needs at least 3");
    }

    [Fact]
    public async Task Three_seconds_are_enough()
    {
        await using var service = await StartAsync();

        (await service.ClassifyAsync(InferenceHost.File(Songs.Wav(Tone(3)), "audio/wav"))).Segments.ShouldHaveSingleItem().End.ShouldBe(3);
    }

    [Fact]
    public async Task Samples_that_are_no_numbers_are_damage()
    {
        var samples = Tone(4);
        samples[Songs.Samples(1.5)] = float.NaN;
        await using var service = await StartAsync();
        using var content = InferenceHost.File(Songs.Wav(samples), "audio/wav");

        await IsRefusedAsync(service, content, 422, "The song is damaged", "The sample at 1.500 s is NaN");
    }

    [Fact]
    public async Task A_song_longer_than_allowed_is_refused_by_its_header()
    {
        await using var service = await StartAsync(("Inference:MaxSongDuration", "00:00:30"));
        using var content = InferenceHost.File(Songs.Wav(Tone(31)), "audio/wav");

        await IsRefusedAsync(service, content, 413, "The song is too long", "longer than 0:00:30");
    }

    [Fact]
    public async Task A_header_that_announces_ten_hours_is_refused()
    {
        const uint tenHours = 10u * 3600 * 22_050 * sizeof(float);
        var header = Songs.Wav([]);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(^sizeof(uint)), tenHours);
        await using var service = await StartAsync();
        using var content = InferenceHost.File(header, "audio/wav");

        header.Length.ShouldBe(44);
        await IsRefusedAsync(service, content, 413, "The song is too long", "longer than 0:20:00");
    }

    [Fact]
    public async Task A_small_file_that_unpacks_to_a_song_longer_than_allowed_is_refused()
    {
        var file = await FfmpegEncoder.MakeAsync("mp3", "-f lavfi -i anullsrc=r=8000:cl=mono -t 1500 -c:a libmp3lame -b:a 8k");
        await using var service = await StartAsync();
        using var content = InferenceHost.File(file, "audio/mpeg");

        file.Length.ShouldBeLessThan(2_000_000);
        await IsRefusedAsync(service, content, 413, "The song is too long", "longer than 0:20:00");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_song_over_the_limit_is_refused_whether_or_not_it_says_its_length(bool chunked)
    {
        await using var service = await StartAsync(("Inference:MaxRequestBytes", "200000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/classify") { Content = InferenceHost.File(Songs.Wav(Tone(4)), "audio/wav") };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await InferenceHost.ProblemAsync(response);
        problem.Status.ShouldBe(413);
        problem.Detail.ShouldNotBeNull().ShouldContain("Inference:MaxRequestBytes");
    }

    [Theory]
    [InlineData("audio/wav")]
    [InlineData("audio/mpeg")]
    [InlineData("image/png")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_body_that_stops_half_way_is_a_problem_and_the_service_goes_on(string contentType)
    {
        Prerequisite.Ffmpeg();
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        var status = new TaskCompletionSource<int>();
        await using var service = await StartAsync(account, status);
        byte[] file = contentType switch
        {
            "audio/wav" => Songs.Wav(Tone(4)),
            "audio/mpeg" => await Songs.ReadAsync("metal_death_128k.mp3"),
            "image/png" => Spectrograms.Pngs[0],
            _ => [.. "--x\r\nContent-Disposition: form-data; name=file; filename=a.wav\r\n\r\n"u8, .. Songs.Wav(Tone(4))],
        };

        await SendHalfAsync(service.Client.BaseAddress!, contentType, file);

        // Nobody is there to be answered; 499 is ASP.NET Core's word for that.
        (await status.Task.WaitAsync(TestContext.Current.CancellationToken)).ShouldBeOneOf(400, 499);
        using var png = InferenceHost.Png(Spectrograms.Pngs[0]);
        using var response = await service.Client.PostAsync(new Uri("/api/classify", UriKind.Relative), png, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>The service, and the status that its first request ends with, whether anyone is told or not.</summary>
    private static Task<ServiceHost> StartAsync(StorageAccount account, TaskCompletionSource<int> status) => ServiceHost.StartAsync(
        account,
        builder =>
        {
            builder.AddServiceDefaults();
            builder.AddInference();
        },
        app =>
        {
            app.Use(async (http, next) =>
            {
                await next();
                status.TrySetResult(http.Response.StatusCode);
            });
            app.MapDefaultEndpoints();
            app.MapInference();
        });

    /// <summary>Announces a body, sends half of it, and hangs up.</summary>
    private static async Task SendHalfAsync(Uri address, string contentType, byte[] body)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /api/classify HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n"),
            cancellationToken);
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken);
    }

    private static async Task IsRefusedAsync(InferenceHost service, HttpContent content, int status, string title, string detail)
    {
        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(status);
        problem.Title.ShouldBe(title);
        problem.Detail.ShouldNotBeNull().ShouldContain(detail);
    }

    private static float[] Tone(double seconds) => [.. Enumerable.Range(0, Songs.Samples(seconds)).Select(sample => 0.5f * MathF.Sin(0.1f * sample))];

    private async Task<InferenceHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        return await InferenceHost.StartAsync(account, time: null, settings);
    }
}
