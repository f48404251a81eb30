using GenreCloud.Testing;

namespace GenreCloud.Registry.Tests.Traffic;

public sealed class TrafficRulesTests(AzuriteFixture azurite)
{
    private const string Model = RegistryUnderTest.Model;

    private static readonly TrafficRule Second = new(2) { CanaryShare = 0.1, ShadowShare = 0.5 };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_and_its_end_stand_in_the_history()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);

        var set = await test.Traffic.SetAsync(Model, "production", Second, expected: null, "ann", "looks better", CancellationToken);
        (await test.Traffic.GetAsync(Model, CancellationToken)).Rules["production"].ShouldBe(Second);
        await test.Traffic.SetAsync(Model, "production", rule: null, set.ETag, "bob", why: null, CancellationToken);

        (await test.Traffic.GetAsync(Model, CancellationToken)).Rules.ShouldBeEmpty();
        var changes = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Where(change => change.Kind == ModelChangeKind.TrafficChanged);
        changes.Select(change => (change.Alias, change.Traffic, change.Who, change.Why)).ShouldBe([("production", Second, "ann", "looks better"), ("production", null, "bob", null)]);
    }

    [Fact]
    public async Task A_rule_that_is_there_already_changes_nothing()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        var set = await test.Traffic.SetAsync(Model, "production", Second, expected: null, "ann", why: null, CancellationToken);

        (await test.Traffic.SetAsync(Model, "production", Second, expected: null, "ann", why: null, CancellationToken)).ETag.ShouldBe(set.ETag);

        (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Count(change => change.Kind == ModelChangeKind.TrafficChanged).ShouldBe(1);
    }

    [Fact]
    public async Task A_rule_decided_on_what_is_no_more_is_refused()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        var read = await test.Traffic.GetAsync(Model, CancellationToken);
        await test.Registry.SetAliasAsync(Model, "production", 2, expected: null, "ann", why: null, CancellationToken);

        await Should.ThrowAsync<AliasesChangedException>(() => test.Traffic.SetAsync(Model, "production", Second, read.ETag, "bob", why: null, CancellationToken));

        (await test.Traffic.GetAsync(Model, CancellationToken)).Rules.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_is_tried_is_kept_until_its_rule_or_the_alias_of_it_is_gone(bool removesAlias)
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 3);
        await test.Registry.SetAliasAsync(Model, "stable", 1, expected: null, "ann", why: null, CancellationToken);
        await test.Traffic.SetAsync(Model, "stable", Second, expected: null, "ann", why: null, CancellationToken);

        (await Should.ThrowAsync<VersionInUseException>(() => test.Registry.DeleteVersionAsync(Model, 2, expected: null, "ann", why: null, CancellationToken)))
            .Message.ShouldBe("Version 2 of model 'crnn' is tried with requests of stable. Take the rule away first (DELETE .../aliases/stable/traffic).");

        if (removesAlias)
        {
            await test.Registry.RemoveAliasAsync(Model, "stable", expected: null, "ann", why: null, CancellationToken);
        }
        else
        {
            await test.Traffic.SetAsync(Model, "stable", rule: null, expected: null, "ann", why: null, CancellationToken);
        }

        await test.Registry.DeleteVersionAsync(Model, 2, expected: null, "ann", why: null, CancellationToken);
        (await test.Registry.GetModelAsync(Model, CancellationToken)).Versions.ShouldBe([1, 3]);
    }

    [Fact]
    public async Task Of_a_deletion_and_a_rule_for_the_same_version_at_once_one_is_refused()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 8);
        for (var version = 2; version < 8; version++)
        {
            var deletion = test.Registry.DeleteVersionAsync(Model, version, expected: null, "ann", why: null, CancellationToken);
            var rule = test.Traffic.SetAsync(Model, "production", new TrafficRule(version), expected: null, "bob", why: null, CancellationToken);
            await Task.WhenAll(deletion, rule).ContinueWith(_ => { }, TaskScheduler.Default);

            (deletion.IsCompletedSuccessfully ^ rule.IsCompletedSuccessfully).ShouldBeTrue();
            var versions = (await test.Registry.GetModelAsync(Model, CancellationToken)).Versions;
            (await test.Traffic.GetAsync(Model, CancellationToken)).Rules.Values.ShouldAllBe(tried => versions.Contains(tried.Version));
        }
    }

    [Fact]
    public async Task Whoever_dies_while_a_rule_is_changed_leaves_none_that_the_history_does_not_get()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        for (var (request, died) = (1, true); died; request++)
        {
            var rule = Second with { CanaryShare = request / 100.0 };
            try
            {
                await test.TrafficDyingAt(request).SetAsync(Model, "production", rule, expected: null, "ann", $"attempt {request}", CancellationToken);
                died = false;
            }
            catch (ProcessDiedException)
            {
            }

            var isSet = (await test.Traffic.GetAsync(Model, CancellationToken)).Rules.GetValueOrDefault("production") == rule;
            await Task.WhenAll(test.Registry.FinishAsync(Model, CancellationToken), test.Registry.FinishAsync(Model, CancellationToken));
            (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Count(change => change.Why == $"attempt {request}").ShouldBe(isSet ? 1 : 0);
            (died || isSet).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_rollback_looks_past_rules_and_a_move_keeps_them()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 3);
        await test.Registry.SetAliasAsync(Model, "production", 3, expected: null, "ann", why: null, CancellationToken);
        await test.Traffic.SetAsync(Model, "production", Second, expected: null, "ann", why: null, CancellationToken);

        (await test.Registry.RollBackAsync(Model, "production", expected: null, "bob", why: null, CancellationToken)).Versions["production"].ShouldBe(1);

        (await test.Traffic.GetAsync(Model, CancellationToken)).Rules["production"].ShouldBe(Second);
    }

    [Fact]
    public async Task There_are_no_more_rules_than_there_is_room_for()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 2);
        for (var index = 0; index <= TrafficRules.MaxRules; index++)
        {
            var alias = $"a{index}-{new string('x', 60)}";
            await test.Registry.SetAliasAsync(Model, alias, 1, expected: null, "ann", new string('w', 500), CancellationToken);
            var set = test.Traffic.SetAsync(Model, alias, new TrafficRule(2) { CanaryShare = 0.123456789012345, ShadowShare = 0.987654321098765 }, expected: null, "ann", new string('w', 500), CancellationToken);
            if (index < TrafficRules.MaxRules)
            {
                await set;
            }
            else
            {
                (await Should.ThrowAsync<TooManyRulesException>(() => set)).Message.ShouldContain("8 aliases");
            }
        }
    }
}
