using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class RunWarningsTests(AzuriteFixture azurite)
{
    private static readonly string[] Labels = ["doom", "jazz", "rock"];

    [Fact]
    public void Labels_that_have_enough_on_both_sides_need_no_warning() =>
        Warnings([.. Clips("doom", 50), .. Clips("jazz", 50), .. Clips("rock", 50)], new SplitSpec()).ShouldBeEmpty();

    [Fact]
    public void A_label_by_one_artist_is_not_measured_where_the_artist_is_learnt()
    {
        SampleDescription[] samples = [.. Clips("doom", 20, artist: "Alone"), .. Clips("jazz", 50), .. Clips("rock", 50)];

        Warnings(samples, new SplitSpec()).ShouldBe(
        [
            "None of the spectrograms of doom (20) is held back; they are all by one artist, or by artists who recorded together, who are on one side of the "
            + "split: how well it is answered is not measured.",
        ]);
        Warnings(samples, new SplitSpec(SplitKind.Track)).ShouldBeEmpty();
    }

    [Fact]
    public void A_label_by_one_artist_is_not_learnt_in_the_fold_that_holds_the_artist_back()
    {
        SampleDescription[] samples = [.. Clips("doom", 20, artist: "Alone"), .. Clips("jazz", 50), .. Clips("rock", 50)];

        var warnings = Enumerable.Range(1, 3).SelectMany(fold => Warnings(samples, new SplitSpec(Folds: 3, Fold: fold))).ToArray();

        warnings.Count(warning => warning.StartsWith("All spectrograms of doom (20) are held back; they are all by one artist", StringComparison.Ordinal)).ShouldBe(1);
        warnings.Count(warning => warning.Contains("is not measured", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Few_samples_and_another_precision_are_told()
    {
        SampleDescription[] samples = [.. Clips("doom", 50), .. Clips("jazz", 8), .. Clips("rock", 5)];

        var warnings = RunWarnings.Of(samples, Labels, Split.Compute(samples, new SplitSpec()), new SplitSpec(), WeightSelection.Last, otherPrecisionReason: "This CPU is old.");

        warnings.ShouldBe(
        [
            "There are fewer than 10 spectrograms each to learn jazz (6), rock (4) from.",
            "It was not trained in the precision that was asked for. This CPU is old.",
        ]);
    }

    [Fact]
    public void An_epoch_that_was_chosen_by_the_spectrograms_that_measure_it_is_told()
    {
        SampleDescription[] samples = [.. Clips("doom", 50), .. Clips("jazz", 50), .. Clips("rock", 50)];

        var warnings = RunWarnings.Of(samples, Labels, Split.Compute(samples, new SplitSpec()), new SplitSpec(), WeightSelection.Best, otherPrecisionReason: null);

        warnings.ShouldBe(["Its epoch was chosen by the spectrograms that it is measured with: the figures are too good. An evaluation on others tells."]);
    }

    [Fact]
    public void A_label_whose_samples_were_all_dropped_is_told() => RunWarnings
        .Of([.. Clips("jazz", 50), .. Clips("rock", 50)], Labels, Split.Compute([.. Clips("jazz", 50), .. Clips("rock", 50)], new SplitSpec()), new SplitSpec(), WeightSelection.Last, null)
        .ShouldBe(["No spectrogram of doom has every tabular feature: it is neither learnt nor measured."]);

    [Fact]
    public async Task Warnings_stand_in_the_run_in_the_card_and_in_the_card_for_people()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), epochs: 1);

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        var warning = run.Warnings.ShouldHaveSingleItem();
        warning.ShouldStartWith("There are fewer than 10 spectrograms each to learn classical (");
        var card = await new ModelRegistry(account.Blobs, TimeProvider.System).GetCardAsync(SmallDataset.Name, 1, TestContext.Current.CancellationToken);
        card.Warnings.ShouldBe([warning]);
        ModelCardMarkdown.Render(card).ShouldContain($"- {warning}");
    }

    [Fact]
    public async Task Fewer_training_samples_than_labels_fail_the_run()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, clipsPerGenre: 1, _ => [], "techno", "classical", "metal");
        var id = await RunExecution.AcceptAsync(account, manifest, new RunRequest { Split = new SplitSpec(SplitKind.Track, Folds: 3, Fold: 1) });

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error.ShouldNotBeNull().Title.ShouldBe("The dataset cannot be trained on");
        run.Error.Detail.ShouldContain("The split leaves 0 spectrograms to train on, for 3 labels,");
    }

    private static IReadOnlyList<string> Warnings(SampleDescription[] samples, SplitSpec spec) =>
        RunWarnings.Of(samples, Labels, Split.Compute(samples, spec), spec, WeightSelection.Last, otherPrecisionReason: null);

    private static IEnumerable<SampleDescription> Clips(string label, int count, string? artist = null) => Enumerable.Range(0, count)
        .Select(number => new SampleDescription { Id = $"{label}{number}", Label = label, Artists = [artist ?? $"artist {number} of {label}"] });
}
