using GenreCloud.Registry;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Serving;

/// <summary>An alias that moves while requests come in.</summary>
public sealed class SwapTests(AzuriteFixture azurite)
{
    private const int Swaps = 50;
    private const int Clients = 4;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly (string Key, string Value) FastRefresh = ("Inference:RefreshInterval", "00:00:00.1");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private static byte[] Png => Spectrograms.Pngs[0];

    [Fact]
    public async Task Fifty_swaps_under_load_fail_no_request_and_every_answer_is_that_of_its_version()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);
        await using var service = await InferenceHost.StartProcessAsync(account, FastRefresh);
        await service.WaitForHealthAsync("Healthy", "version 1");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var load = Enumerable.Range(0, Clients).Select(_ => AskOnAsync(service, ending.Token)).ToArray();
        var registry = TestModel.RegistryOf(account);

        for (var swap = 0; swap < Swaps; swap++)
        {
            var version = swap % 2 == 0 ? 2 : 1;
            await registry.SetAliasAsync("genres", ModelAlias.Production, version, expected: null, "tests", why: null, CancellationToken);
            while (await AskAsync(service) != version)
            {
                // Every answer until then is a right one too.
            }
        }

        await ending.CancelAsync();
        (await Task.WhenAll(load)).Sum().ShouldBeGreaterThan(Swaps);
        await service.WaitForHealthAsync("Healthy", "version 1");
    }

    [Fact]
    public async Task What_an_alias_left_is_unloaded_and_what_it_came_to_is_loaded_before_it_answers()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, FastRefresh);
        await service.WaitForHealthAsync("Healthy", "version 1");
        var server = service.Part<Inference.Serving.ModelServer>();

        // A share that is held all the while: the version must not vanish under it.
        using (var use = await server.UseAsync("genres", 1, CancellationToken))
        {
            await TestModel.RegistryOf(account).SetAliasAsync(
                "genres", ModelAlias.Production, 2, expected: null, "tests", why: null, CancellationToken);
            await service.WaitForHealthAsync("Healthy", "version 2");
            server.IsLoaded("genres", 2).ShouldBeTrue();
            while (server.IsLoaded("genres", 1))
            {
                await Task.Delay(PollInterval, CancellationToken);
            }

            use.Predict(Spectrograms.PixelsOf(Png), cancellationToken: CancellationToken)[0].ShouldBe(TestModel.Quick[0].Probabilities[0][0], 1e-4f);
        }

        (await AskAsync(service)).ShouldBe(2);
    }

    [Fact]
    public async Task A_version_that_fails_its_check_never_serves_and_the_old_one_stays_until_a_good_one_comes()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await RegisterBrokenAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, FastRefresh);
        await service.WaitForHealthAsync("Healthy", "version 1");
        var registry = TestModel.RegistryOf(account);

        await registry.SetAliasAsync("genres", ModelAlias.Production, 2, expected: null, "tests", why: null, CancellationToken);

        await service.WaitForHealthAsync("Degraded", "genres version 2 is not served as production, version 1 answers instead");
        await service.WaitForHealthAsync("Degraded", "gives its golden spectrogram");
        (await AskAsync(service)).ShouldBe(1);

        await registry.SetAliasAsync("genres", ModelAlias.Production, 3, expected: null, "tests", why: null, CancellationToken);
        await service.WaitForHealthAsync("Healthy", "version 3");
        (await service.ClassifyAsync(Png)).Version.ShouldBe(3);
    }

    [Fact]
    public async Task A_process_that_starts_while_production_stands_for_a_broken_version_answers_with_the_one_before()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await RegisterBrokenAsync(account);
        await TestModel.RegistryOf(account).SetAliasAsync(
            "genres", ModelAlias.Production, 2, expected: null, "tests", why: null, CancellationToken);

        await using var service = await InferenceHost.StartAsync(account, time: null, FastRefresh);

        await service.WaitForHealthAsync("Degraded", "version 1 answers instead");
        (await AskAsync(service)).ShouldBe(1);
    }

    [Fact]
    public async Task Another_alias_that_is_in_use_is_followed_in_the_same_way()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);
        await RegisterBrokenAsync(account);
        var registry = TestModel.RegistryOf(account);
        await registry.SetAliasAsync("genres", ModelAlias.Candidate, 2, expected: null, "tests", why: null, CancellationToken);
        await using var service = await InferenceHost.StartAsync(account, time: null, FastRefresh);
        await service.WaitForHealthAsync("Healthy");
        (await service.ClassifyAsync(Png, "?alias=candidate")).Version.ShouldBe(2);

        await registry.SetAliasAsync("genres", ModelAlias.Candidate, 3, expected: null, "tests", why: null, CancellationToken);

        await service.WaitForHealthAsync("Degraded", "genres version 3 is not served as candidate, version 2 answers instead");
        (await service.ClassifyAsync(Png, "?alias=candidate")).Version.ShouldBe(2);
    }

    private static async Task RegisterBrokenAsync(StorageAccount account)
    {
        var description = TestModel.Quick[1].Description;
        var wrong = (float[])[.. description.Golden.Probabilities];
        wrong[3] += 0.01f;
        await TestModel.Quick[1].RegisterAsync(account, description with { Golden = description.Golden with { Probabilities = wrong } });
    }

    private static async Task<int> AskOnAsync(InferenceHost service, CancellationToken ending)
    {
        var answers = 0;
        for (; !ending.IsCancellationRequested; answers++)
        {
            await AskAsync(service);
        }

        return answers;
    }

    /// <returns>The version that answered; fails the test for an answer that is not its.</returns>
    private static async Task<int> AskAsync(InferenceHost service)
    {
        var answer = await service.ClassifyAsync(Png, "?top=10");
        answer.Version.ShouldBeInRange(1, 2);
        answer.Probabilities.Zip(TestModel.Quick[answer.Version - 1].Probabilities[0], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
        return answer.Version;
    }
}
