using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Tests.Admission;
using GenreCloud.Registry;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

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
        await using var batch = await BatchConnection.OpenAsync(service);

        for (var file = 0; file < 3; file++)
        {
            await batch.SendFileAsync($"{file}", Spectrograms.Pngs[file], isLast: file == 2);
            (await batch.AnswerAsync()).ShouldStartWith($$$"""{"index":{{{file}}},"file":"{{{file}}}","answer":{"model":"genres","version":1,""");
            await TestModel.RegistryOf(account).SetAliasAsync("genres", ModelAlias.Production, 2, expected: null, "tests", why: null, CancellationToken);
            await service.WaitForHealthAsync("Healthy", "genres version 2");
        }
    }

    [Fact]
    [Trait("Category", "Security")]
    public async Task No_more_batches_are_answered_at_once_than_requests_may_run_and_wait()
    {
        await using var service = await StartAsync(TestModel.Quick[0], ("Inference:IntraOpThreads", "0"), ("Inference:MaxQueuedRequestsPerRun", "1"));
        using (var form = Form(Spectrograms.Pngs[0]))
        using (service.Part<OpenBatches>().Open())
        {
            // One runs, one may wait, and files of neither: nobody computes.
            await using var second = await BatchConnection.OpenAsync(service);
            await second.SendFileAsync("a", Spectrograms.Pngs[0], isLast: false);
            (await second.AnswerAsync()).ShouldContain("\"version\":1");

            using var response = await service.Client.PostAsync(new Uri("/api/classify/batch", UriKind.Relative), form, CancellationToken);

            response.Headers.RetryAfter.ShouldNotBeNull();
            (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
                problem => problem.Status.ShouldBe(429), problem => problem.Detail.ShouldNotBeNull().ShouldContain("2 batches"));
        }

        var results = await ToListAsync(new InferenceClient(service.Client).ClassifyBatchAsync([MusicFile.Of(Spectrograms.Pngs[0])], AllLabels, CancellationToken));
        results.ShouldHaveSingleItem().Answer.ShouldNotBeNull();
    }

    [Fact]
    [Trait("Category", "Security")]
    public async Task A_deadline_that_the_client_gives_ends_a_batch_and_the_last_line_says_so()
    {
        var time = new FakeTimeProvider();
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time);
        await service.WaitForHealthAsync("Healthy", "version 1");
        await using var batch = await BatchConnection.OpenAsync(service, $"{RequestDeadline.Header}: 500\r\n");
        await batch.SendFileAsync("a", Spectrograms.Pngs[0], isLast: false);
        (await batch.AnswerAsync()).ShouldContain("\"version\":1");

        time.Advance(TimeSpan.FromMilliseconds(500));

        (await batch.AnswerAsync()).ShouldStartWith("""{"index":1,"problem":{"title":"The deadline has passed","status":504,""");
    }

    [Fact]
    [Trait("Category", "Security")]
    public async Task A_batch_whose_first_file_misses_the_deadline_is_504()
    {
        var time = new FakeTimeProvider();
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time);
        await service.WaitForHealthAsync("Healthy", "version 1");
        using (await OccupiedSlots.TakeAsync(service))
        {
            using var form = Form(Spectrograms.Pngs[0]);
            form.Headers.TryAddWithoutValidation(RequestDeadline.Header, "500");
            var asked = service.Client.PostAsync(new Uri("/api/classify/batch", UriKind.Relative), form, CancellationToken);
            await OccupiedSlots.WaitForQueueAsync(service, 1);

            time.Advance(TimeSpan.FromMilliseconds(500));

            using var response = await asked;
            (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
                problem => problem.Status.ShouldBe(504), problem => problem.Detail.ShouldNotBeNull().ShouldContain("within 500 ms"));
        }
    }

    [Fact]
    [Trait("Category", "Security")]
    public async Task What_is_skipped_of_a_file_that_is_too_large_is_limited_too()
    {
        await using var service = await StartAsync(TestModel.Quick[0], ("Inference:MaxRequestBytes", "200000"));
        await using var batch = await BatchConnection.OpenAsync(service);
        await batch.SendFileAsync("a", Spectrograms.Pngs[0], isLast: false);
        await batch.SendFileAsync("b", new byte[350_000], isLast: false);
        await batch.SendFileAsync("c", Spectrograms.Pngs[1], isLast: false);
        (await batch.AnswerAsync()).ShouldContain("\"version\":1");
        (await batch.AnswerAsync()).ShouldContain("\"status\":413");
        (await batch.AnswerAsync()).ShouldContain("\"version\":1");

        // Its end never comes.
        await batch.SendFileAsync("d", new byte[500_000], isLast: false);

        (await batch.AnswerAsync()).ShouldStartWith("""{"index":3,"file":"d","problem":{"title":"The song is too large","status":413,""");
        (await batch.AnswerAsync()).ShouldStartWith("""{"index":4,"problem":{"title":"A part of the form is far too large","status":413,""");
    }

    [Fact]
    public async Task Features_without_a_file_behind_them_end_the_batch()
    {
        await using var service = await StartAsync(TestModel.Quick[0]);
        using var form = Form(Spectrograms.Pngs[0]);
        form.Add(new StringContent("{}"), "features");
        form.Add(new StringContent("{}"), "features");

        using var response = await service.Client.PostAsync(new Uri("/api/classify/batch", UriKind.Relative), form, CancellationToken);

        var lines = (await response.Content.ReadAsStringAsync(CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[1].ShouldContain("The form has features twice");
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
