using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>The command that makes a model of a PyTorch checkpoint.</summary>
public sealed class CheckpointCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("genrecloud-e2e-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_published_checkpoint_becomes_a_model_that_answers()
    {
        await using (var command = Start("checkpoint", SharedData.RequireWeights("crnn_genre_model.pth"), "--architecture", "crnn", "--model", "published"))
        {
            (await command.WaitForExitAsync(CancellationToken)).ShouldBe(0, command.Output);
            DemoTable.Figure(command.Output, "Model").ShouldBe("published version 1, crnn");
            DemoTable.Figure(command.Output, "Labels").ShouldStartWith("classical, folk, house");
            DemoTable.Figure(command.Output, "ONNX Runtime against TorchSharp").ShouldEndWith("on 8 images");
        }

        await using var server = Start();
        using var client = new HttpClient { BaseAddress = await server.WaitForAddressAsync(CancellationToken) };
        await using var archive = await ZipFile.OpenReadAsync(SharedData.Require("genres-train.zip"), CancellationToken);
        await using var png = await archive.Entries.First(entry => entry.FullName.EndsWith(".png", StringComparison.Ordinal)).OpenAsync(CancellationToken);
        using var content = new StreamContent(png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var response = await client.PostAsync(new Uri("/api/classify?model=published&top=10", UriKind.Relative), content, CancellationToken);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(CancellationToken));
        answer.GetProperty("predictions").EnumerateArray().Sum(prediction => prediction.GetProperty("probability").GetDouble()).ShouldBe(1, 1e-5);
        (await server.StopAsync(CancellationToken)).ShouldBe(0, server.Output);
    }

    [Fact]
    public async Task A_file_that_is_not_there_and_one_that_is_no_checkpoint_are_named()
    {
        await using var absent = Start("checkpoint", Path.Combine(_data, "nothing.pth"), "--architecture", "crnn", "--model", "published");
        (await absent.WaitForExitAsync(CancellationToken)).ShouldBe(1, absent.Output);
        absent.Output.ShouldContain("There is no file");

        var text = Path.Combine(_data, "text.pth");
        await File.WriteAllTextAsync(text, "hello", CancellationToken);
        await using var wrong = Start("checkpoint", text, "--architecture", "crnn", "--model", "published");
        (await wrong.WaitForExitAsync(CancellationToken)).ShouldBe(1, wrong.Output);
        wrong.Output.ShouldContain("This is no PyTorch checkpoint");
    }

    private ServiceProcess Start(params string[] arguments) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.Standalone"),
        [.. arguments, "--data", _data, "--urls", "http://127.0.0.1:0"],
        ("XDG_DATA_HOME", AzuriteFixture.LocalApplicationData));
}
