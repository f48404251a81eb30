using System.Globalization;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>
/// <c>accuracy --zip FILE [--profile genres] [--checkpoints FOLDER] [--split artist] [--folds 5] [--seeds 2] [--precision bf16]
/// [--recipes a,b] [--reference a] [--answers FOLDER]</c>: how often each recipe names the right label, by cross-validation over all of a
/// dataset, each network answering only what was held back from it; and by how much that differs, on the same spectrograms, from a
/// reference: the source project's network unless named. Two precisions, <c>--precision fp32,bf16</c>, make a row of each recipe in
/// each: <c>crnn fp32</c>. The last row is of a choice among the recipes other than the reference (<see cref="SeedAnswers.Choose"/>).
/// Shares are means over the seeds; intervals are of 95%, over artists. Only what the folder of answers lacks is trained: those of the
/// README's tables are in the repository. An empty folder has everything trained anew.
/// </summary>
internal static class AccuracyStudy
{
    private const string Verb = "accuracy";

    /// <summary>Of the intervals' resamples.</summary>
    private const int BootstrapSeed = 1;

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var cancellationToken = CancellationToken.None;
        var zip = ProcessBenchmark.Option(args, "--zip") ?? throw new ArgumentException("Name the dataset's zip: --zip FILE.");
        var profile = ProcessBenchmark.Option(args, "--profile") ?? "genres";
        var split = ProcessBenchmark.Option(args, "--split") ?? "artist";
        var folds = ProcessBenchmark.Number(args, "--folds", 5);
        var seeds = ProcessBenchmark.Number(args, "--seeds", 2);
        var precisions = (ProcessBenchmark.Option(args, "--precision") ?? "bf16").Split(',');
        var checkpoints = ProcessBenchmark.Option(args, "--checkpoints");
        var record = new AnswerRecord(ProcessBenchmark.Option(args, "--answers") ?? AnswerRecord.OfTheRepository);
        var wanted = ProcessBenchmark.Option(args, "--recipes")?.Split(',');
        var known = profile == "metal" ? Recipe.Metal : Recipe.Genres;
        var recipes = known.All
            .Where(recipe => wanted is null ? recipe.StartsFrom is null || checkpoints is not null : wanted.Contains(recipe.Name))
            .SelectMany(recipe => precisions.Select(recipe.In))
            .ToList();
        var dataset = new StudyDataset(zip, profile);

        // Seed by seed, so that a study that is cut short has something of every recipe.
        var experiments = Enumerable.Range(1, seeds).SelectMany(seed => recipes.Select(recipe => new Experiment(recipe, dataset, split, folds, seed))).ToList();
        var missing = experiments.SelectMany(experiment => record.MissingFolds(experiment).Select(fold => (experiment, fold))).ToList();
        if (missing.Count > 0)
        {
            await TrainAsync(missing, checkpoints, record, cancellationToken);
        }

        Console.WriteLine($"{dataset.Name}: {folds} folds by {split}, {seeds} seeds, {string.Join(" and ", precisions)}");
        Write(
            [.. experiments.GroupBy(experiment => experiment.Recipe).Select(recipe => (
                precisions.Length > 1 ? $"{recipe.Key.Name} {recipe.Key.Precision}" : recipe.Key.Name,
                (IReadOnlyList<SeedAnswers>)[.. recipe.Select(experiment => record.Read(experiment))]))],
            ProcessBenchmark.Option(args, "--reference") ?? known.Reference);
        return 0;
    }

    private static async Task TrainAsync(
        List<(Experiment Experiment, int Fold)> runs, string? checkpoints, AnswerRecord record, CancellationToken cancellationToken)
    {
        using var data = new TemporaryFolder();
        await using var system = await StudySystem.StartAsync(data.Path, cancellationToken);
        var dataset = runs[0].Experiment.Dataset;
        await system.ImportAsync(dataset, cancellationToken);
        foreach (var start in runs.Select(run => run.Experiment.Recipe.StartsFrom).OfType<string>().Distinct())
        {
            await system.PublishAsync(
                PublishedCheckpoint.Of(start),
                checkpoints ?? throw new ArgumentException("Name the published checkpoints' folder: --checkpoints FOLDER."),
                dataset.Name,
                cancellationToken);
        }

        foreach (var (experiment, fold) in runs)
        {
            await Console.Error.WriteLineAsync($"{experiment.Recipe.Name}, seed {experiment.Seed}, fold {fold} of {experiment.Folds}");
            record.Add(experiment, fold, await system.RunAsync(experiment.Request(fold), cancellationToken));
        }
    }

    private static void Write(IReadOnlyList<(string Recipe, IReadOnlyList<SeedAnswers> Seeds)> answers, string referenceName)
    {
        var reference = answers.FirstOrDefault(recipe => recipe.Recipe == referenceName).Seeds is { } seeds ? RecipeResult.Of(seeds) : null;
        Console.WriteLine($"{"",-34} {"top-1",6} {"95% interval",15} {"top-3",6} {"macro-F1",9} {$"less {referenceName}",18} {"95% interval",15}");
        foreach (var (recipe, ofSeeds) in answers)
        {
            WriteRow(recipe, RecipeResult.Of(ofSeeds));
        }

        var candidates = answers.Where(recipe => recipe.Recipe != referenceName).ToList();
        if (candidates.Count > 1)
        {
            var (best, chosen) = SeedAnswers.Choose([.. candidates.Select(recipe => recipe.Seeds)]);
            WriteRow("the best on the other folds", RecipeResult.Of(best));
            Console.WriteLine($"which is, fold by fold: {string.Join(", ", chosen.Select(recipe => candidates[recipe].Recipe))}");
        }

        void WriteRow(string name, RecipeResult result)
        {
            var (difference, between) = reference is null || name == referenceName
                ? ("", "")
                : (Points(result.Top1 - reference.Top1), Interval(ArtistBootstrap.Mean(result.DifferencesTo(reference), BootstrapSeed)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-34} {100 * result.Top1,5:f1}% {Interval(ArtistBootstrap.Mean(result.Rights, BootstrapSeed)),15} {100 * result.Top3,5:f1}% {100 * result.MacroF1,8:f1}% {difference,18} {between,15}"));
        }

        static string Points(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:+0.0;-0.0}");

        static string Interval(Registry.ConfidenceInterval? interval) =>
            interval is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{100 * interval.Lower:f1} to {100 * interval.Upper:f1}");
    }
}
