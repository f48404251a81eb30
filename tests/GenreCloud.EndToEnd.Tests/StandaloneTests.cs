using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>Standalone as its user has it: a process with its own Azurite.</summary>
public sealed class StandaloneTests : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _data = Directory.CreateTempSubdirectory("genrecloud-e2e-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task The_demo_takes_real_spectrograms_from_zip_to_genre_and_a_second_one_reuses_it_all()
    {
        var zip = SharedData.Require("genres-train.zip");
        string[] demo = ["demo", "--zip", zip, "--epochs", "1", "--exit"];

        await using (var first = Start(demo))
        {
            (await first.WaitForExitAsync(CancellationToken)).ShouldBe(0, first.Output);
            DemoTable.Figure(first.Output, "Images imported").ShouldBe("525");
            DemoTable.Figure(first.Output, "Images quarantined").ShouldBe("0");
            DemoTable.Figure(first.Output, "Model").ShouldBe("genres-train version 1");
            DemoTable.Figure(first.Output, "Training").ShouldContain("images x 1 epochs");
            DemoTable.Figure(first.Output, "Accuracy on other artists").ShouldContain("top-1");
            DemoTable.Figure(first.Output, "ONNX Runtime against TorchSharp").ShouldEndWith("on 64 images");
            Regex.Count(first.Output, "Held-out ").ShouldBe(3);
        }

        await using var second = Start(demo);
        (await second.WaitForExitAsync(CancellationToken)).ShouldBe(0, second.Output);
        DemoTable.Figure(second.Output, "Dataset").ShouldBe("genres-train version 1, imported earlier");
        DemoTable.Figure(second.Output, "Model").ShouldBe("genres-train version 1, trained earlier");

        await using (var evaluation = Start(["evaluate", "--model", "genres-train", "--dataset", "genres-train"]))
        {
            (await evaluation.WaitForExitAsync(CancellationToken)).ShouldBe(0, evaluation.Output);
            DemoTable.Figure(evaluation.Output, "Spectrograms asked").ShouldEndWith("of 525");
            DemoTable.Figure(evaluation.Output, "Known from its training").ShouldContain(" tracks, and 0 others");
            DemoTable.Figure(evaluation.Output, "Top-1").ShouldStartWith(
                Regex.Match(DemoTable.Figure(second.Output, "Accuracy on other artists"), @"^[^)]+").Value, customMessage: "what it did not learn from is what it was measured with");
        }

        await using var unknown = Start(["evaluate", "--model", "other", "--dataset", "genres-train"]);
        (await unknown.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        unknown.Output.ShouldContain("There is no model 'other'. There are: genres-train.");

        // What the demo made is what the server serves, also after both were killed.
        var png = await ReadEntryAsync(zip, entry => entry.FullName.StartsWith("techno/", StringComparison.Ordinal));
        await using var server = Start([]);
        using (var client = new HttpClient { BaseAddress = await server.WaitForAddressAsync(CancellationToken) })
        {
            var answer = await ClassifyAsync(client, png);
            answer.GetProperty("model").GetString().ShouldBe("genres-train");
            answer.GetProperty("predictions").GetArrayLength().ShouldBe(5);
        }

        await server.KillAsync();
        await using var restarted = Start([]);
        using var again = new HttpClient { BaseAddress = await restarted.WaitForAddressAsync(CancellationToken) };
        (await ClassifyAsync(again, png)).GetProperty("version").GetInt32().ShouldBe(1);
        (await restarted.StopAsync(CancellationToken)).ShouldBe(0, restarted.Output);
    }

    [Fact]
    public async Task An_import_that_was_acknowledged_goes_on_after_the_process_and_its_storage_were_killed()
    {
        string id;
        await using (var server = Start([]))
        {
            using var client = new HttpClient { BaseAddress = await server.WaitForAddressAsync(CancellationToken) };
            var request = new { dataset = "sample", profile = "genres", source = new { path = Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip") } };
            using var accepted = await client.PostAsJsonAsync(new Uri("/api/imports", UriKind.Relative), request, CancellationToken);
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            id = (await accepted.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).GetProperty("id").GetString()!;
            await server.KillAsync();
        }

        await using var restarted = Start([]);
        using var again = new HttpClient { BaseAddress = await restarted.WaitForAddressAsync(CancellationToken) };
        JsonElement import;
        do
        {
            import = await again.GetFromJsonAsync<JsonElement>(new Uri($"/api/imports/{id}", UriKind.Relative), CancellationToken);
        }
        while (import.GetProperty("status").GetString() is "queued" or "staging" or "reading");

        import.GetProperty("status").GetString().ShouldBe("completed", import.ToString());
        import.GetProperty("progress").GetProperty("imported").GetInt32().ShouldBe(120);
        (await restarted.StopAsync(CancellationToken)).ShouldBe(0, restarted.Output);
    }

    [Fact]
    public async Task Metal_with_its_tabular_features_is_imported_trained_and_answered_also_without_them()
    {
        var zip = SharedData.Require("metal-train.zip");
        await using var server = Start([]);
        using var client = new HttpClient { BaseAddress = await server.WaitForAddressAsync(CancellationToken) };
        var import = await DoAsync(client, "/api/imports", new { dataset = "metal", profile = "metal", source = new { path = zip } });
        import.GetProperty("progress").GetProperty("imported").GetInt32().ShouldBe(202);
        var run = new { dataset = "metal", architecture = "crnn-tabular", epochs = 1, precision = "bf16", augmentation = new { tabularDropout = 0.5 } };

        var kept = await DoAsync(client, "/api/runs", run);
        var dropped = await DoAsync(client, "/api/runs", new { run.dataset, run.architecture, run.epochs, run.precision, missingTabular = "drop" });

        // 14 of the 202 lack a value.
        Samples(kept).ShouldBe(202);
        Samples(dropped).ShouldBe(188);
        var card = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/models/metal/versions/1", UriKind.Relative), CancellationToken);
        card.GetProperty("signature").GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString())
            .ShouldBe(["spectrogram", "tabular"]);
        card.GetProperty("golden").GetProperty("tabular").GetArrayLength().ShouldBe(16);
        var answer = await ClassifyAsync(client, await ReadEntryAsync(zip, entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)));
        answer.GetProperty("predictions").EnumerateArray().Sum(prediction => prediction.GetProperty("probability").GetDouble()).ShouldBeInRange(0.1, 1.0001);
        (await server.StopAsync(CancellationToken)).ShouldBe(0, server.Output);

        static int Samples(JsonElement run) =>
            run.GetProperty("result").GetProperty("trainingSamples").GetInt32() + run.GetProperty("result").GetProperty("validationSamples").GetInt32();
    }

    [Fact]
    public async Task A_taken_port_is_named_with_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        await using var standalone = Start(["--urls", url]);

        (await standalone.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        standalone.Output.ShouldContain($"{url} is taken");
        standalone.Output.ShouldContain("--urls");
        standalone.Output.ShouldNotContain("   at GenreCloud.");
    }

    [Fact]
    public async Task Without_Node_it_says_what_to_install_or_to_set()
    {
        await using var standalone = Start([], ("PATH", _data));

        (await standalone.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        standalone.Output.ShouldContain("Node.js");
        standalone.Output.ShouldContain("ConnectionStrings:blobs");
    }

    [Fact]
    public async Task With_a_storage_of_its_users_own_it_needs_no_Node()
    {
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        var storage = azurite.NewAccount().ConnectionString;

        await using var standalone = Start([], ("PATH", _data), ("ConnectionStrings__blobs", storage), ("ConnectionStrings__queues", storage));

        using var client = new HttpClient { BaseAddress = await standalone.WaitForAddressAsync(CancellationToken) };
        (await client.GetFromJsonAsync<JsonElement>(new Uri("/api/datasets", UriKind.Relative), CancellationToken)).GetArrayLength().ShouldBe(0);
        Directory.Exists(Path.Combine(_data, "azurite")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("demo", "--zip", "/nowhere/no.zip")]
    [InlineData("demo", "--labels", "/nowhere/no.csv")]
    public async Task A_demo_of_a_missing_file_names_it(params string[] arguments)
    {
        await using var demo = Start([.. arguments, "--exit"]);

        (await demo.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        demo.Output.ShouldContain(arguments[^1]);
    }

    [Fact]
    public async Task A_demo_of_something_that_is_no_zip_says_so_and_fails()
    {
        var page = Path.Combine(_data, "page.zip");
        await File.WriteAllTextAsync(page, "<!DOCTYPE html><title>Quota exceeded</title>", CancellationToken);

        await using var demo = Start(["demo", "--zip", page, "--exit"]);

        (await demo.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        demo.Output.ReplaceLineEndings(" ").ShouldContain("web page, not a zip");
    }

    private ServiceProcess Start(string[] arguments, params (string, string)[] environment) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.Standalone"),
        [.. arguments, "--data", _data, .. arguments.Contains("--urls") ? [] : (string[])["--urls", "http://127.0.0.1:0"]],
        [("XDG_DATA_HOME", AzuriteFixture.LocalApplicationData), ("Training__Threads", "1"), .. environment]);

    /// <summary>Asks for a job, and waits until it is completed.</summary>
    private static async Task<JsonElement> DoAsync(HttpClient client, string jobs, object request)
    {
        using var accepted = await client.PostAsJsonAsync(new Uri(jobs, UriKind.Relative), request, CancellationToken);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync(CancellationToken));
        while (true)
        {
            var job = await client.GetFromJsonAsync<JsonElement>(accepted.Headers.Location, CancellationToken);
            var status = job.GetProperty("status").GetString();
            status.ShouldNotBe("failed", job.ToString());
            if (status == "completed")
            {
                return job;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private static async Task<JsonElement> ClassifyAsync(HttpClient client, byte[] png)
    {
        using var content = new ByteArrayContent(png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var answer = await client.PostAsync(new Uri("/api/classify", UriKind.Relative), content, CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
    }

    private static async Task<byte[]> ReadEntryAsync(string zip, Func<ZipArchiveEntry, bool> which)
    {
        using var archive = await ZipFile.OpenReadAsync(zip, CancellationToken);
        await using var entry = await archive.Entries.First(which).OpenAsync(CancellationToken);
        using var bytes = new MemoryStream();
        await entry.CopyToAsync(bytes, CancellationToken);
        return bytes.ToArray();
    }
}
