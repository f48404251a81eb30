using System.Net;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Inference.Tests.Serving;

public sealed class ModelServingTests(AzuriteFixture azurite)
{
    private static byte[] Png => Spectrograms.Pngs[0];

    [Fact]
    public async Task A_version_whose_file_was_altered_is_never_served_and_the_other_models_go_on()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, "good");
        await TestModel.First.RegisterAsync(account, "tampered");
        await ReplaceModelAsync(account, "tampered", TestModel.Second.Onnx);
        await using var service = await InferenceHost.StartAsync(account);

        await service.WaitForHealthAsync("Degraded", "tampered version 1 is not served");
        using var health = await service.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        using var ready = await service.Client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        using var tampered = await service.Client.GetAsync(new Uri("/v2/models/tampered/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        using var content = InferenceHost.Png(Png);
        var problem = await service.ProblemAsync(content, "?model=tampered");

        // A probe that got anything but 200 would take the replica, and with it the other model, out.
        (health.StatusCode, ready.StatusCode, tampered.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable));
        problem.Status.ShouldBe(503);
        problem.Detail.ShouldNotBeNull().ShouldContain("was changed after it was registered");
        (await service.ClassifyAsync(Png, "?model=good")).Model.ShouldBe("good");
    }

    [Fact]
    public async Task A_version_that_does_not_give_its_golden_answer_is_never_served()
    {
        var account = azurite.NewAccount();
        var description = TestModel.First.Description;
        var wrong = (float[])[.. description.Golden.Probabilities];
        wrong[3] += 0.01f;
        await TestModel.First.RegisterAsync(account, description with { Golden = description.Golden with { Probabilities = wrong } });
        await using var service = await InferenceHost.StartAsync(account);

        await service.WaitForHealthAsync("Unhealthy", "gives its golden spectrogram");
        using var content = InferenceHost.Png(Png);
        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(503);
        problem.Detail.ShouldNotBeNull().ShouldContain("its card says");
    }

    [Fact]
    public async Task A_golden_answer_that_is_no_number_is_not_a_match()
    {
        var account = azurite.NewAccount();
        var description = TestModel.First.Description;
        var nothing = (float[])[.. description.Golden.Probabilities];
        nothing[9] = float.NaN;
        await TestModel.First.RegisterAsync(account, description with { Golden = description.Golden with { Probabilities = nothing } });
        await using var service = await InferenceHost.StartAsync(account);
        using var content = InferenceHost.Png(Png);

        (await service.ProblemAsync(content)).Status.ShouldBe(503);
    }

    [Fact]
    public async Task A_file_that_ONNX_Runtime_cannot_run_is_a_problem_and_not_a_crash()
    {
        var account = azurite.NewAccount();
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry).CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        await TestModel.RegistryOf(account).RegisterAsync(
            "broken", new ModelFiles(TestModel.First.Onnx.AsMemory(0, 5000)), TestModel.First.Description, "tests", TestContext.Current.CancellationToken);
        await using var service = await InferenceHost.StartAsync(account);
        using var content = InferenceHost.Png(Png);

        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(503);
        problem.Detail.ShouldNotBeNull().ShouldContain("cannot be run");
    }

    [Fact]
    public async Task A_version_that_failed_to_load_is_tried_again_after_a_while_and_not_at_every_request()
    {
        var time = new FakeTimeProvider();
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await ReplaceModelAsync(account, "genres", [1, 2, 3]);
        await using var service = await InferenceHost.StartAsync(account, time);
        await service.WaitForHealthAsync("Unhealthy");
        using (var content = InferenceHost.Png(Png))
        {
            (await service.ProblemAsync(content)).Status.ShouldBe(503);
        }

        await ReplaceModelAsync(account, "genres", TestModel.First.Onnx);

        using (var content = InferenceHost.Png(Png))
        {
            (await service.ProblemAsync(content)).Status.ShouldBe(503);
        }

        time.Advance(TimeSpan.FromSeconds(10));
        (await service.ClassifyAsync(Png)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Versions_that_push_each_other_out_of_memory_are_served_all_the_same()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Inference:ModelMemoryBytes", "1"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async client =>
        {
            var answered = new List<(int Wanted, Answer Answer)>();
            for (var request = 0; request < 12; request++)
            {
                var version = 1 + ((client + request) % 2);
                answered.Add((version, await service.ClassifyAsync(Png, $"?top=10&version={version}")));
            }

            return answered;
        }));

        foreach (var (wanted, answer) in answers.SelectMany(answered => answered))
        {
            answer.Version.ShouldBe(wanted);
            var expected = wanted == 1 ? TestModel.First : TestModel.Second;
            answer.Probabilities.Zip(expected.Probabilities[0], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
        }
    }

    [Fact]
    public async Task A_request_that_gives_up_does_not_spoil_the_load_for_the_others()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        using var impatient = new CancellationTokenSource();
        using var content = InferenceHost.Png(Png);
        var given = service.Client.PostAsync(new Uri("/api/classify?version=1", UriKind.Relative), content, impatient.Token);

        await impatient.CancelAsync();

        await given.ShouldThrowAsync<OperationCanceledException>();
        (await service.ClassifyAsync(Png, "?version=1")).Version.ShouldBe(1);
    }

    private static async Task ReplaceModelAsync(StorageAccount account, string model, byte[] onnx) =>
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry).GetBlobClient($"{model}/1/model.onnx")
            .UploadAsync(BinaryData.FromBytes(onnx), overwrite: true, TestContext.Current.CancellationToken);
}
