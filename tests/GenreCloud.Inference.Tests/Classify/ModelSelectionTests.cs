using GenreCloud.Registry;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

public sealed class ModelSelectionTests(AzuriteFixture azurite)
{
    private static byte[] Png => Spectrograms.Pngs[0];

    [Theory]
    [InlineData("", 1)]
    [InlineData("?model=genres", 1)]
    [InlineData("?alias=candidate", 2)]
    [InlineData("?version=2", 2)]
    [InlineData("?model=genres&version=1", 1)]
    [InlineData("?model=genres&alias=production", 1)]
    public async Task The_version_is_the_one_that_was_meant(string query, int version)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy");

        var answer = await service.ClassifyAsync(Png, query + (query.Length == 0 ? "?" : "&") + "top=10");

        answer.Version.ShouldBe(version);
        var expected = version == 1 ? TestModel.First : TestModel.Second;
        answer.Probabilities.Zip(expected.Probabilities[0], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
    }

    [Theory]
    [InlineData("?model=metal", "There are: genres")]
    [InlineData("?model=../genres", "There are: genres")]
    [InlineData("?version=7", "It has: 1")]
    [InlineData("?version=-1", "It has: 1")]
    [InlineData("?alias=champion", "the aliases production")]
    public async Task What_does_not_exist_is_answered_with_what_does(string query, string hint)
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        using var content = InferenceHost.Png(Png);

        var problem = await service.ProblemAsync(content, query);

        problem.Status.ShouldBe(404);
        problem.Detail.ShouldNotBeNull().ShouldContain(hint);
    }

    [Fact]
    public async Task Without_any_model_the_answer_is_how_to_get_one()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());
        using var content = InferenceHost.Png(Png);

        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(404);
        problem.Detail.ShouldNotBeNull().ShouldContain("POST /api/runs");
    }

    [Fact]
    public async Task With_several_models_one_has_to_be_named()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, "genres");
        await TestModel.Second.RegisterAsync(account, "metal");
        await using var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy");
        using var content = InferenceHost.Png(Png);

        var problem = await service.ProblemAsync(content);

        problem.Status.ShouldBe(400);
        problem.Detail.ShouldNotBeNull().ShouldContain("genres, metal");
        (await service.ClassifyAsync(Png, "?model=metal")).Model.ShouldBe("metal");
    }

    [Fact]
    public async Task A_version_registered_while_the_service_runs_is_served_at_once_and_a_moved_alias_after_a_refresh()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Inference:RefreshInterval", "00:00:00.1"));
        await service.WaitForHealthAsync("Healthy");

        await TestModel.Second.RegisterAsync(account);
        (await service.ClassifyAsync(Png, "?alias=candidate")).Version.ShouldBe(2);
        (await service.ClassifyAsync(Png)).Version.ShouldBe(1);
        await TestModel.RegistryOf(account).SetAliasAsync(
            "genres", ModelAlias.Production, 2, expected: null, "tests", why: null, TestContext.Current.CancellationToken);

        while ((await service.ClassifyAsync(Png)).Version != 2)
        {
            // Every answer until then is a right one too: ClassifyAsync fails the test on any other.
        }

        await service.WaitForHealthAsync("Healthy", "genres version 2");
    }
}
