using System.Net.Http.Json;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Serving;

/// <summary>Several processes of the service on one storage account.</summary>
public sealed class ReplicaTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_promotion_made_through_one_process_is_followed_by_the_other_and_both_answer()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var one = await StartAsync(account);
        await using var other = await StartAsync(account);
        await ServesAsync(one, version: 1, TestModel.First);
        await ServesAsync(other, version: 1, TestModel.First);

        using var promoted = await one.Client.PutAsJsonAsync(
            new Uri("/api/models/genres/aliases/production", UriKind.Relative), new { alias = "candidate" }, TestContext.Current.CancellationToken);

        promoted.EnsureSuccessStatusCode();
        await ServesAsync(other, version: 2, TestModel.Second);
        await ServesAsync(one, version: 2, TestModel.Second);
    }

    private static Task<InferenceHost> StartAsync(StorageAccount account) =>
        InferenceHost.StartProcessAsync(account, ("Inference:RefreshInterval", "00:00:00.1"));

    private static async Task ServesAsync(InferenceHost service, int version, TestModel model)
    {
        await service.WaitForHealthAsync("Healthy", $"Serving genres version {version}.");
        var answer = await service.ClassifyAsync(Spectrograms.Pngs[0], "?top=10");
        answer.Version.ShouldBe(version);
        answer.Probabilities.Zip(model.Probabilities[0], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
    }
}
