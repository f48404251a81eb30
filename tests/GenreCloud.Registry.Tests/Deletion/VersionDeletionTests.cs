using GenreCloud.Testing;

namespace GenreCloud.Registry.Tests.Deletion;

public sealed class VersionDeletionTests(AzuriteFixture azurite)
{
    private const string Model = RegistryUnderTest.Model;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_version_is_gone_with_its_files_and_stands_in_the_history()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 3);

        await test.Registry.DeleteVersionAsync(Model, 2, expected: null, "ann", "never used", CancellationToken);

        (await test.BlobNamesAsync()).ShouldNotContain(name => name.StartsWith($"{Model}/2/", StringComparison.Ordinal));
        (await test.Registry.GetModelAsync(Model, CancellationToken)).Versions.ShouldBe([1, 3]);
        await Should.ThrowAsync<ModelNotFoundException>(() => test.Registry.GetCardAsync(Model, 2, CancellationToken));
        (await test.Registry.GetHistoryAsync(Model, CancellationToken))[^1].ShouldSatisfyAllConditions(
            change => change.Kind.ShouldBe(ModelChangeKind.VersionDeleted),
            change => change.Version.ShouldBe(2),
            change => change.Who.ShouldBe("ann"),
            change => change.Why.ShouldBe("never used"));
        await test.RequireTritonTakesItAsync();
    }

    [Fact]
    public async Task A_version_that_aliases_stand_for_is_kept_and_they_are_named()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        await test.Registry.SetAliasAsync(Model, "stable", 1, expected: null, "ann", why: null, CancellationToken);

        (await Should.ThrowAsync<VersionInUseException>(() => test.Registry.DeleteVersionAsync(Model, 1, expected: null, "ann", why: null, CancellationToken)))
            .Message.ShouldBe("Version 1 of model 'crnn' is what production and stable stands for. Move or remove the alias first.");

        (await test.Registry.GetModelAsync(Model, CancellationToken)).Versions.ShouldBe([1, 2]);
        (await test.Registry.GetHistoryAsync(Model, CancellationToken)).ShouldNotContain(change => change.Kind == ModelChangeKind.VersionDeleted);
    }

    [Fact]
    public async Task The_last_version_is_kept()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 1);
        await test.Registry.RemoveAliasAsync(Model, "production", expected: null, "ann", why: null, CancellationToken);

        (await Should.ThrowAsync<VersionInUseException>(() => test.Registry.DeleteVersionAsync(Model, 1, expected: null, "ann", why: null, CancellationToken)))
            .Message.ShouldContain("is the last one");
        await test.RequireTritonTakesItAsync();
    }

    [Fact]
    public async Task The_number_of_a_deleted_version_is_not_given_again()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 3);
        await test.Registry.RemoveAliasAsync(Model, "candidate", expected: null, "ann", why: null, CancellationToken);
        await test.Registry.DeleteVersionAsync(Model, 3, expected: null, "ann", why: null, CancellationToken);

        (await test.RegisterAsync(ModelDescriptions.Create("folk", "jazz"))).Version.ShouldBe(4);
    }

    [Fact]
    public async Task Of_all_that_delete_the_versions_of_a_model_at_once_one_finds_the_last()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 4);
        await test.Registry.RemoveAliasAsync(Model, "production", expected: null, "ann", why: null, CancellationToken);
        await test.Registry.RemoveAliasAsync(Model, "candidate", expected: null, "ann", why: null, CancellationToken);

        var deletions = Enumerable.Range(1, 4).Select(version => test.Registry.DeleteVersionAsync(Model, version, expected: null, "ann", why: null, CancellationToken)).ToArray();
        await Task.WhenAll(deletions).ContinueWith(_ => { }, TaskScheduler.Default);

        deletions.Count(deletion => deletion.IsFaulted && deletion.Exception.InnerException is VersionInUseException).ShouldBe(1);
        (await test.Registry.GetModelAsync(Model, CancellationToken)).Versions.Count.ShouldBe(1);
        await test.RequireTritonTakesItAsync();
    }

    [Fact]
    public async Task Of_a_deletion_and_a_move_to_the_same_version_at_once_one_is_refused()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 8);
        for (var version = 2; version < 8; version++)
        {
            var deletion = test.Registry.DeleteVersionAsync(Model, version, expected: null, "ann", why: null, CancellationToken);
            var move = test.Registry.SetAliasAsync(Model, "stable", version, expected: null, "bob", why: null, CancellationToken);
            await Task.WhenAll(deletion, move).ContinueWith(_ => { }, TaskScheduler.Default);

            (deletion.IsCompletedSuccessfully ^ move.IsCompletedSuccessfully).ShouldBeTrue();
            var summary = await test.Registry.GetModelAsync(Model, CancellationToken);
            summary.Versions.Contains(version).ShouldBe(move.IsCompletedSuccessfully);
            summary.Aliases.Values.ShouldAllBe(aliased => summary.Versions.Contains(aliased));
        }
    }

    [Fact]
    public async Task A_deletion_that_dies_anywhere_is_not_begun_or_finished_by_the_next_and_triton_takes_the_repository_all_the_time()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        for (var request = 1; ; request++)
        {
            var version = (await test.RegisterAsync(ModelDescriptions.Create("folk", "jazz"))).Version - 1;
            var died = await DiesAsync(() => test.DyingAt(request).DeleteVersionAsync(Model, version, expected: null, "ann", why: null, CancellationToken));

            await test.RequireTritonTakesItAsync();
            var before = await test.Registry.GetModelAsync(Model, CancellationToken);
            before.Aliases.Values.ShouldAllBe(aliased => before.Versions.Contains(aliased));

            await test.Registry.FinishAsync(Model, CancellationToken);

            var isDeleted = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Any(change => change.Version == version);
            (await test.Registry.GetModelAsync(Model, CancellationToken)).Versions.Contains(version).ShouldBe(!isDeleted);
            before.Versions.Contains(version).ShouldBe(!isDeleted);
            (await test.BlobNamesAsync()).Any(name => name.StartsWith($"{Model}/{version}/", StringComparison.Ordinal)).ShouldBe(!isDeleted);
            await test.RequireTritonTakesItAsync();
            if (!died)
            {
                isDeleted.ShouldBeTrue();
                return;
            }
        }
    }

    [Fact]
    public async Task A_registrar_that_comes_back_after_its_version_was_deleted_does_not_bring_it_back()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 3);
        var card = await test.Registry.GetCardAsync(Model, 2, CancellationToken);
        await test.Registry.DeleteVersionAsync(Model, 2, expected: null, "ann", why: null, CancellationToken);

        (await Should.ThrowAsync<ModelNotFoundException>(() => test.Registry.PublishAsync(card, "late", CancellationToken))).Message.ShouldContain("was deleted");

        (await test.BlobNamesAsync()).ShouldNotContain(name => name.StartsWith($"{Model}/2/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rollback_to_a_deleted_version_says_that_it_was_deleted()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        await test.Registry.SetAliasAsync(Model, "production", 2, expected: null, "ann", why: null, CancellationToken);
        await test.Registry.DeleteVersionAsync(Model, 1, expected: null, "ann", why: null, CancellationToken);

        (await Should.ThrowAsync<NoEarlierVersionException>(() => test.Registry.RollBackAsync(Model, "production", expected: null, "bob", why: null, CancellationToken)))
            .Message.ShouldContain("stood for version 1 before version 2, and that was deleted");
    }

    private static async Task<bool> DiesAsync(Func<Task> work)
    {
        try
        {
            await work();
            return false;
        }
        catch (ProcessDiedException)
        {
            return true;
        }
    }
}
