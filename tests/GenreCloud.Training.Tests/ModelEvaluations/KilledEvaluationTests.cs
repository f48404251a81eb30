using GenreCloud.Testing;
using GenreCloud.Training.ModelEvaluations;

namespace GenreCloud.Training.Tests.ModelEvaluations;

/// <summary>Beside the other tests, because it waits for what the killed service owned to run out.</summary>
public sealed class KilledEvaluationTests(AzuriteFixture azurite)
{
    private static readonly string[] Genres = ["classical", "folk", "jazz", "metal", "pop", "rap", "rock", "techno"];

    [Fact]
    public async Task An_evaluation_whose_service_was_killed_is_done_by_the_next_one()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, Genres);
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(account, network, Genres);
        await using var first = await TrainingProcess.StartAsync(account, arguments: "api");
        var id = await first.StartEvaluationAsync(new { model = UntrainedModel.Name, dataset = SmallDataset.Name });
        var begun = await first.WaitForEvaluationAsync(id, evaluation => evaluation.Progress is not null);

        await first.Service.KillAsync();

        await using var next = await TrainingProcess.StartAsync(account, arguments: "api");
        var evaluation = await next.WaitForEvaluationAsync(id);
        evaluation.Status.ShouldBe(EvaluationStatus.Completed, $"{evaluation.Error}");
        evaluation.StartedAt.ShouldBe(begun.StartedAt);
        evaluation.Result.ShouldNotBeNull().Report.Samples.ShouldBe(manifest.Samples);
    }
}
