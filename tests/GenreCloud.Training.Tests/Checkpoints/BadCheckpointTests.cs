using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Checkpoints;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GenreCloud.Training.Tests.Checkpoints;

/// <summary>What cannot become a model version is refused with the reason, leaves nothing in the registry, and does the service no harm.</summary>
public sealed class BadCheckpointTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_no_usable_checkpoint_is_refused_and_the_service_lives_on()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");
        var genres = await File.ReadAllBytesAsync(SharedData.RequireWeights("crnn_genre_model.pth"), CancellationToken);
        var metal = await File.ReadAllBytesAsync(SharedData.RequireWeights("crnn_concat_metal_model.pth"), CancellationToken);
        byte[] hostile = [0x80, 0x02, .. Encoding.ASCII.GetBytes("cposix\nsystem\n(X\x05\0\0\0touchtR.")];

        await RefusedAsync(service, "model=m&architecture=crnn", [], 400, "no PyTorch checkpoint");
        await RefusedAsync(service, "model=m&architecture=crnn", "hello"u8.ToArray(), 400, "no PyTorch checkpoint");
        await RefusedAsync(service, "model=m&architecture=crnn", genres[..(genres.Length / 2)], 400, "damaged at byte");
        await RefusedAsync(service, "model=m&architecture=crnn", hostile, 400, "checkpoint");
        await RefusedAsync(service, "model=m&architecture=crnn", metal, 400, "not of the architecture crnn");
        await RefusedAsync(service, "model=m&architecture=crnn&labels=a,b,c", genres, 400, "There are 3 labels, and the checkpoint has 10 classes");
        await RefusedAsync(service, "model=m&architecture=crnn-tabular", metal, 400, "Name a dataset with tabular features");
        await RefusedAsync(service, $"model=m&architecture=crnn-tabular&dataset={SmallDataset.Name}", metal, 400, "small version 1 has no tabular features");

        (await new ModelRegistry(account.Blobs, TimeProvider.System).ListModelsAsync(CancellationToken)).ShouldBeEmpty();
        using var health = await service.GetAsync("/health");
        ((int)health.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_asked_for_is_checked_before_the_file_is_read()
    {
        var account = azurite.NewAccount();
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        await RefusedAsync(service, "architecture=crnn", [], 400, "model is \"\"");
        await RefusedAsync(service, "model=No%20Name&architecture=crnn", [], 400, "lower-case");
        await RefusedAsync(service, "model=m", [], 400, "architecture is \"\", which is none of:");
        await RefusedAsync(service, "model=m&architecture=resnet", [], 400, "\"resnet\", which is none of:");
        await RefusedAsync(service, "model=m&architecture=crnn&labels=a,,b", [], 400, "none empty and none twice");
        await RefusedAsync(service, "model=m&architecture=crnn&labels=a,a", [], 400, "none empty and none twice");
        await RefusedAsync(service, "model=m&architecture=crnn&dataset=nothing", [], 404, "no dataset nothing");
        await RefusedAsync(service, "model=m&architecture=crnn&dataset=../x", [], 404, "no dataset ../x");
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_before_it_is_sent()
    {
        await using var service = await TrainingProcess.StartAsync(azurite.NewAccount(), arguments: "api");
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var large = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        large.SetLength(PyTorchCheckpoint.MaxFileBytes + 1L);

        using var response = await service.PostCheckpointAsync("model=m&architecture=crnn", large);

        ((int)response.StatusCode).ShouldBe(413);
        (await response.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("268435456");
    }

    [Fact]
    public async Task A_process_that_is_killed_is_a_problem_and_leaves_nothing()
    {
        var account = azurite.NewAccount();
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");
        await using var genres = File.OpenRead(SharedData.RequireWeights("crnn_genre_model.pth"));

        var registering = service.PostCheckpointAsync("model=m&architecture=crnn", genres);
        using (var child = Process.GetProcessById(await service.WaitForCheckpointProcessAsync()))
        {
            child.Kill();
        }

        using var response = await registering;
        ((int)response.StatusCode).ShouldBe(500);
        (await response.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("Free memory");
        (await new ModelRegistry(account.Blobs, TimeProvider.System).ListModelsAsync(CancellationToken)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/weights.safetensors")]
    [InlineData("/staged.json")]
    [InlineData("/model.json")]
    public async Task A_registration_that_dies_halfway_leaves_nothing_visible_and_the_next_one_succeeds(string diesBefore)
    {
        var account = azurite.NewAccount();
        await RunExecution.CreateContainersAsync(account);
        var request = new CheckpointRequest { Model = "m", Architecture = Crnn.ArchitectureName };
        var file = SharedData.RequireWeights("crnn_genre_model.pth");

        await Should.ThrowAsync<RequestFailedException>(
            () => RegistrationOn(new CutNetwork(diesBefore).BlobsOf(account)).RegisterAsync(request, file, default, CancellationToken));
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        (await registry.ListModelsAsync(CancellationToken)).ShouldBeEmpty();
        using var recording = new TelemetryRecording();
        var outcome = await RegistrationOn(account.Blobs).RegisterAsync(request, file, recording.Root.Context, CancellationToken);

        outcome.Version.ShouldBe(2, outcome.Detail);
        (await registry.GetModelAsync("m", CancellationToken)).Versions.ShouldBe([2]);
        recording.Spans.ShouldBeAsDocumented("checkpoint");
    }

    private static CheckpointRegistration RegistrationOn(BlobServiceClient blobs) => new(
        RunExecution.DatasetsOf(blobs),
        new ModelRegistry(blobs, TimeProvider.System),
        Options.Create(new TrainingServiceOptions { Threads = 1 }),
        NullLogger<CheckpointRegistration>.Instance);

    private static async Task RefusedAsync(TrainingProcess service, string query, byte[] checkpoint, int status, string hint)
    {
        using var body = new MemoryStream(checkpoint);
        using var response = await service.PostCheckpointAsync(query, body);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);
        ((int)response.StatusCode).ShouldBe(status, text);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        $"{problem.GetProperty("title")} {problem.GetProperty("detail")}".ShouldContain(hint);
    }
}
