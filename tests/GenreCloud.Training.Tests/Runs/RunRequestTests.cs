using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class RunRequestTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task What_cannot_be_trained_is_refused_with_the_reason()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno");
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);

        await RefusedAsync(service, new { }, 400, "dataset is missing Name the dataset. There are small.");
        await RefusedAsync(service, new { dataset = "nothing" }, 404, "no dataset nothing. There are small.");
        await RefusedAsync(service, new { dataset = "../small" }, 404, "no dataset ../small. There are small.");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, version = 9 }, 404, "no dataset small version 9. It has 1, 2.");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, version = -1 }, 404, "no dataset small version -1");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, version = 1 }, 400, "techno; a classifier needs two");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, architecture = "resnet" }, 400, "resnet is none of: ");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, model = "No Such Name" }, 400, "lower-case");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, epochs = 0 }, 400, "epochs is 0; it must lie between 1 and 10000");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, batchSize = 1 }, 400, "batchSize is 1");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, learningRate = -1 }, 400, "learningRate is -1");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, learningRate = "NaN" }, 400, "learningRate is NaN");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, weightDecay = 2 }, 400, "weightDecay is 2");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, split = new { validationFraction = 1 } }, 400, "split.validationFraction is 1");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, precision = "fp8" }, 400, "precision");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, learningRate = "some" }, 400, "a number, or \"auto\"");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, labelSmoothing = 1 }, 400, "labelSmoothing is 1. LabelSmoothing lies between 0 and 0.9");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, gradientClip = 0 }, 400, "gradientClip is 0");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, earlyStoppingPatience = 0 }, 400, "earlyStoppingPatience is 0");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, augmentation = new { timeMasks = 99 } }, 400, "timeMasks is 99");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, architecture = "crnn-tabular" }, 400, "has no tabular features");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, split = new { folds = 3, fold = 4 } }, 400, "split.fold is 4");
        await RefusedAsync(service, new { dataset = SmallDataset.Name, epochs = "many" }, 400, "epochs");

        using var runs = await service.GetAsync("/api/runs");
        (await runs.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetArrayLength().ShouldBe(0);
        foreach (var id in (string[])["nothing", "00000000000000000000000000000000", "..%2f..%2fdatasets", new string('a', 3000)])
        {
            using var unknown = await service.GetAsync($"/api/runs/{id}");
            await IsProblemAsync(unknown, 404, "GET /api/runs lists them");
        }
    }

    [Fact]
    public async Task A_damaged_document_is_answered_with_what_is_damaged()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var id = Guid.NewGuid().ToString("n");
        await DamageAsync(account, StorageNames.Containers.Runs, $"{id}/run.json");
        await DamageAsync(account, StorageNames.Containers.Datasets, $"{SmallDataset.Name}/1/manifest.json");

        using var run = await service.GetAsync($"/api/runs/{id}");
        await IsProblemAsync(run, 500, $"A stored document is damaged The blob '{id}/run.json'");
        await RefusedAsync(service, new { dataset = SmallDataset.Name }, 500, "The dataset cannot be read The dataset's manifest is not valid JSON");
    }

    [Fact]
    public async Task A_run_that_cannot_be_queued_is_not_accepted_and_has_failed()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");
        await account.Queues.DeleteQueueAsync(StorageNames.Queues.Training, TestContext.Current.CancellationToken);

        using var response = await service.PostAsync(new { dataset = SmallDataset.Name });

        ((int)response.StatusCode).ShouldBe(503);
        using var runs = await service.GetAsync("/api/runs");
        var run = (await runs.Content.ReadFromJsonAsync<Run[]>(GenreCloudJson.Options, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        run.Status.ShouldBe(RunStatus.Failed);
        run.Error.ShouldNotBeNull().Title.ShouldBe("The run could not be queued");
    }

    private static async Task DamageAsync(StorageAccount account, string container, string blob) =>
        await account.Blobs.GetBlobContainerClient(container).GetBlobClient(blob)
            .UploadAsync(BinaryData.FromString("not JSON"), overwrite: true, TestContext.Current.CancellationToken);

    private static async Task RefusedAsync(TrainingProcess service, object request, int status, string hint)
    {
        using var response = await service.PostAsync(request);
        await IsProblemAsync(response, status, hint);
    }

    private static async Task IsProblemAsync(HttpResponseMessage response, int status, string hint)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(status, body);
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        $"{problem.GetProperty("title")} {problem.GetProperty("detail")}".ShouldContain(hint);
    }
}
