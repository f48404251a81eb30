using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Registry;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>Many files in one request.</summary>
public sealed class BatchTests(AzuriteFixture azurite)
{
    private static readonly ClassifyOptions AllLabels = new() { Top = 10 };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_answered_in_their_order_as_they_are_answered_alone()
    {
        await using var service = await StartAsync(TestModel.First);
        var client = new InferenceClient(service.Client);
        byte[][] files = [.. Spectrograms.Pngs, await Songs.ReadAsync("jazz_22050_mono.wav")];

        var results = await ToListAsync(client.ClassifyBatchAsync(files.Select((file, index) => MusicFile.Of(file, $"{index}.bin")), AllLabels, CancellationToken));

        results.Select(result => (result.Index, result.File)).ShouldBe(files.Select((_, index) => (index, (string?)$"{index}.bin")));
        foreach (var (index, file) in files.Index())
        {
            var alone = await client.ClassifyAsync(MusicFile.Of(file), AllLabels, CancellationToken);
            var answer = results[index].Answer.ShouldNotBeNull();
            answer.Predictions.ShouldBe(alone.Predictions);
            (answer.Model, answer.Version).ShouldBe(("genres", 1));
            (answer.Segments is null).ShouldBe(alone.Segments is null);
        }
    }

    [Fact]
    public async Task The_fault_of_a_file_is_no_other_files()
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync(TestModel.First, ("Inference:MaxRequestBytes", "2000000"));
        var client = new InferenceClient(service.Client);
        MusicFile[] files =
        [
            MusicFile.Of(Spectrograms.Pngs[0], "a.png"),
            MusicFile.Of(await Songs.ReadAsync("bad_not_audio.mp3"), "bad.mp3"),
            MusicFile.Of([], "empty.wav"),
            new MusicFile(() => new MemoryStream(Spectrograms.Pngs[0]), "with features.png") { Features = new TrackFeatures { Tempo = 120 } },
            MusicFile.Of(await Songs.ReadAsync("techno_mono.flac"), "Größe.flac"),
            MusicFile.Of(Spectrograms.Pngs[1][..5000], "cut.png"),
            MusicFile.Of(Spectrograms.Pngs[2], "b.png"),
        ];

        var results = await ToListAsync(client.ClassifyBatchAsync(files, cancellationToken: CancellationToken));

        results.Select(result => (result.File, result.Problem?.Status)).ShouldBe(
        [
            ("a.png", null), ("bad.mp3", 415), ("empty.wav", 400), ("with features.png", 400), ("Größe.flac", 413), ("cut.png", 400), ("b.png", null),
        ]);
        results.ShouldAllBe(result => (result.Answer == null) != (result.Problem == null));
        results[4].Problem.ShouldNotBeNull().Detail.ShouldNotBeNull().ShouldContain("2,000,000 bytes");
    }

    [Fact]
    public async Task Features_belong_to_the_file_behind_them()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        var client = new InferenceClient(service.Client);
        var fast = new MusicFile(() => new MemoryStream(Spectrograms.Pngs[0])) { Features = new TrackFeatures { Tempo = 240, NumSections = 9, Explicit = 1 } };

        var results = await ToListAsync(client.ClassifyBatchAsync([fast, MusicFile.Of(Spectrograms.Pngs[0])], AllLabels, CancellationToken));

        var alone = await client.ClassifyAsync(fast, AllLabels, CancellationToken);
        results[0].Answer.ShouldNotBeNull().Predictions.ShouldBe(alone.Predictions);
        results[1].Answer.ShouldNotBeNull().Predictions.ShouldNotBe(alone.Predictions);
    }

    [Fact]
    public async Task An_answer_comes_before_the_next_file_is_sent_and_each_is_of_the_version_that_the_alias_had_at_first()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Inference:RefreshInterval", "00:00:00.1"));
        await service.WaitForHealthAsync("Healthy", "genres version 1");
        var address = service.Client.BaseAddress!;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, CancellationToken);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await stream.WriteAsync(
            "POST /api/classify/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(),
            CancellationToken);
        await SendAsync("--x\r\n"u8.ToArray());

        for (var file = 0; file < 3; file++)
        {
            await SendAsync(
            [
                .. Encoding.ASCII.GetBytes($"Content-Disposition: form-data; name=file; filename={file}\r\n\r\n"), .. Spectrograms.Pngs[file],
                .. Encoding.ASCII.GetBytes(file < 2 ? "\r\n--x\r\n" : "\r\n--x--\r\n"),
            ]);
            (await AnswerAsync()).ShouldStartWith($$$"""{"index":{{{file}}},"file":"{{{file}}}","answer":{"model":"genres","version":1,""");
            await TestModel.RegistryOf(account).SetAliasAsync("genres", ModelAlias.Production, 2, expected: null, "tests", why: null, CancellationToken);
            await service.WaitForHealthAsync("Healthy", "genres version 2");
        }

        // The next line with an answer; others are headers and sizes of chunks.
        async Task<string> AnswerAsync()
        {
            while (true)
            {
                var line = (await reader.ReadLineAsync(CancellationToken)).ShouldNotBeNull();
                if (line.StartsWith('{'))
                {
                    return line;
                }
            }
        }

        Task SendAsync(byte[] bytes) =>
            stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8], CancellationToken).AsTask();
    }

    [Fact]
    public async Task The_answer_is_a_line_of_JSON_for_each_file()
    {
        await using var service = await StartAsync(TestModel.First);
        using var form = new MultipartFormDataContent { { InferenceHost.Png(Spectrograms.Pngs[0]), "file", "a.png" }, { InferenceHost.Png(Spectrograms.Pngs[1]), "other", "b.png" } };

        using var response = await service.Client.PostAsync(new Uri("/api/classify/batch?top=1", UriKind.Relative), form, CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType.ShouldBe(new MediaTypeHeaderValue("application/x-ndjson"));
        var body = await response.Content.ReadAsStringAsync(CancellationToken);
        body.ShouldEndWith("\n");
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        lines.Select(line => line.GetProperty("file").GetString()).ShouldBe(["a.png", "b.png"]);
        lines.ShouldAllBe(line => line.GetProperty("answer").GetProperty("predictions").GetArrayLength() == 1);
    }

    [Fact]
    public async Task What_is_wrong_with_the_request_as_a_whole_is_its_problem()
    {
        await using var service = await StartAsync(TestModel.First);
        using var none = new MultipartFormDataContent { { new StringContent("{}"), "features" } };
        using var png = InferenceHost.Png(Spectrograms.Pngs[0]);
        using var form = Form(Spectrograms.Pngs[0]);
        using var other = Form(Spectrograms.Pngs[0]);

        (await ProblemAsync(service, none)).ShouldSatisfyAllConditions(problem => problem.Status.ShouldBe(400), problem => problem.Title.ShouldBe("The form has no file"));
        (await ProblemAsync(service, png)).Status.ShouldBe(415);
        (await ProblemAsync(service, form, "?version=7")).Status.ShouldBe(404);
        (await ProblemAsync(service, other, "?top=0")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_request_that_breaks_after_some_files_says_so_in_the_last_line()
    {
        await using var service = await StartAsync(TestModel.First, ("Inference:MaxBatchFiles", "2"));
        var client = new InferenceClient(service.Client);

        var results = await ToListAsync(client.ClassifyBatchAsync(Spectrograms.Pngs.Select(png => MusicFile.Of(png)), cancellationToken: CancellationToken));

        results.Count.ShouldBe(3);
        results.Take(2).ShouldAllBe(result => result.Answer != null);
        results[2].Problem.ShouldNotBeNull().ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(413), problem => problem.Detail.ShouldNotBeNull().ShouldContain("Inference:MaxBatchFiles"));
    }

    private static MultipartFormDataContent Form(byte[] png) => new() { { InferenceHost.Png(png), "file", "a.png" } };

    private static async Task<Problem> ProblemAsync(InferenceHost service, HttpContent content, string query = "")
    {
        using var response = await service.Client.PostAsync(new Uri($"/api/classify/batch{query}", UriKind.Relative), content, CancellationToken);
        return await InferenceHost.ProblemAsync(response);
    }

    private static async Task<List<BatchResult>> ToListAsync(IAsyncEnumerable<BatchResult> results)
    {
        var list = new List<BatchResult>();
        await foreach (var result in results)
        {
            list.Add(result);
        }

        return list;
    }

    private async Task<InferenceHost> StartAsync(TestModel model, params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await model.RegisterAsync(account);
        return await InferenceHost.StartAsync(account, time: null, settings);
    }
}
