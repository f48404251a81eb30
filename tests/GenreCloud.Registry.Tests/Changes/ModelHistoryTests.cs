using GenreCloud.Testing;

namespace GenreCloud.Registry.Tests.Changes;

public sealed class ModelHistoryTests(AzuriteFixture azurite)
{
    private const string Model = RegistryUnderTest.Model;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_move_that_its_mover_did_not_live_to_write_down_is_written_down_once_by_the_next()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        for (var (request, died) = (1, true); died; request++)
        {
            var to = await test.Registry.ResolveAsync(Model, "production", CancellationToken) == 1 ? 2 : 1;
            try
            {
                await test.DyingAt(request).SetAliasAsync(Model, "production", to, expected: null, "ann", $"attempt {request}", CancellationToken);
                died = false;
            }
            catch (ProcessDiedException)
            {
            }

            var isMoved = await test.Registry.ResolveAsync(Model, "production", CancellationToken) == to;
            await Task.WhenAll(test.Registry.FinishAsync(Model, CancellationToken), test.Registry.FinishAsync(Model, CancellationToken));
            (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Count(change => change.Why == $"attempt {request}").ShouldBe(isMoved ? 1 : 0);
            (died || isMoved).ShouldBeTrue();
        }

        var moves = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Where(change => change.Alias == "production").ToArray();
        moves.Zip(moves.Skip(1)).ShouldAllBe(pair => pair.Second.From == pair.First.To);
    }

    [Fact]
    public async Task Moves_at_once_are_a_chain_in_the_history()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 6);

        await Task.WhenAll(Enumerable.Range(2, 5).Select(version => test.Registry.SetAliasAsync(
            Model, "production", version, expected: null, "ann", why: null, CancellationToken)));

        var moves = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Where(change => change.Alias == "production").ToArray();
        moves.Length.ShouldBe(6);
        moves.Zip(moves.Skip(1)).ShouldAllBe(pair => pair.Second.From == pair.First.To);
        moves[^1].To.ShouldBe(await test.Registry.ResolveAsync(Model, "production", CancellationToken));
    }

    [Fact]
    public async Task The_history_comes_in_pages_the_newest_first_and_each_change_keeps_its_number()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        for (var move = 0; move < 3; move++)
        {
            await test.Registry.SetAliasAsync(Model, "production", move % 2 == 0 ? 2 : 1, expected: null, "ann", $"move {move}", CancellationToken);
        }

        var first = await test.Registry.GetHistoryPageAsync(Model, before: null, limit: 2, CancellationToken);
        await test.Registry.SetAliasAsync(Model, "production", 1, expected: null, "ann", "meanwhile", CancellationToken);
        var second = await test.Registry.GetHistoryPageAsync(Model, first.Next, limit: 2, CancellationToken);
        var third = await test.Registry.GetHistoryPageAsync(Model, second.Next, limit: 2, CancellationToken);

        first.Changes.Select(change => (change.Number, change.Change.Why)).ShouldBe([(5, "move 2"), (4, "move 1")]);
        second.Changes.Select(change => (change.Number, change.Change.Why)).ShouldBe([(3, "move 0"), (2, "registered")]);
        third.Changes.Select(change => (change.Number, change.Change.Why)).ShouldBe([(1, "registered")]);
        third.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Lines_of_older_programs_are_read()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 0);
        await test.RegisterAsync(ModelDescriptions.Create("folk", "jazz"));
        await test.Container.GetBlobClient($"{Model}/history.jsonl").UploadAsync(
            BinaryData.FromString("""{"at":"2026-11-20T12:00:00+00:00","alias":"production","from":2,"to":1,"who":"ann","why":"worse"}""" + "\n"),
            overwrite: true,
            CancellationToken);

        (await test.Registry.GetHistoryAsync(Model, CancellationToken)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            change => change.Kind.ShouldBe(ModelChangeKind.AliasMoved),
            change => (change.Alias, change.From, change.To, change.Who, change.Why).ShouldBe(("production", 2, 1, "ann", "worse")));
    }

    [Fact]
    public async Task An_alias_that_must_be_new_is_not_moved()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        var create = new AliasMove("stable", 1, "ann") { MustBeNew = true };

        await test.Registry.SetAliasAsync(Model, create, CancellationToken);
        var refused = await Should.ThrowAsync<AliasesChangedException>(() => test.Registry.SetAliasAsync(Model, create with { Version = 2 }, CancellationToken));

        refused.Message.ShouldStartWith("The alias 'stable' is there already.");
        refused.Present.Versions["stable"].ShouldBe(1);
    }
}
