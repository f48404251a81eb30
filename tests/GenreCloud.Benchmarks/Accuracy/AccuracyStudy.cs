using System.Globalization;
using GenreCloud.Training.Evaluations;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>
/// <c>accuracy --zip FILE [--profile genres] [--checkpoints FOLDER] [--split artist] [--folds 5] [--seeds 2] [--precision bf16]
/// [--recipes a,b] [--reference a] [--answers FOLDER] [--data FOLDER]</c>: how often each recipe names the right label, by cross-validation over all of a
/// dataset, each network answering only what was held back from it; and by how much that differs, on the same spectrograms, from a
/// reference: the source project's network unless named. Two precisions, <c>--precision fp32,bf16</c>, make a row of each recipe in
/// each: <c>crnn fp32</c>. The last row is of a choice among the recipes other than the reference (<see cref="SeedAnswers.Choose"/>).
/// Shares are means over the seeds; intervals are of 95%, over artists. Only what the folder of answers lacks is trained: those of the
/// README's tables are in the repository. To train everything anew, name another folder for <c>--answers</c>, and for <c>--data</c>, where the services keep what they have done.
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
        var data = ProcessBenchmark.Option(args, "--data")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "GenreCloud", "accuracy");
        var wanted = ProcessBenchmark.Option(args, "--recipes")?.Split(',');
        var known = profile == "metal" ? Recipe.Metal : Recipe.Genres;
        var recipes = known.All
            .Where(recipe => wanted is null ? recipe.StartsFrom is null || checkpoints is not null : wanted.Contains(recipe.Name))
            .SelectMany(recipe => precisions.Select(recipe.In))
            .ToList();
        var dataset = new StudyDataset(zip, profile);

        // Seed by seed, so that a study that is cut short has something of every recipe.
        var experiments = Enumerable.Range(1, seeds).SelectMany(seed => recipes.Select(recipe => new Experiment(recipe, dataset, split, folds, seed))).ToList();
        var missing = experiments.Where(experiment => record.Find(experiment) is null).ToList();
        if (missing.Count > 0)
        {
            await using var system = await StudySystem.StartAsync(data, cancellationToken);
            await TrainAsync(missing, system, checkpoints, record, cancellationToken);
        }

        Console.WriteLine($"{dataset.Name}: {folds} folds by {split}, {seeds} seeds, {string.Join(" and ", precisions)}");
        Write(
            [.. experiments.GroupBy(experiment => experiment.Recipe).Select(recipe => (
                precisions.Length > 1 ? $"{recipe.Key.Name} {recipe.Key.Precision}" : recipe.Key.Name,
                (IReadOnlyList<SeedAnswers>)[.. recipe.Select(experiment => record.Find(experiment)!)]))],
            ProcessBenchmark.Option(args, "--reference") ?? known.Reference);
        return 0;
    }

    private static async Task TrainAsync(
        List<Experiment> experiments, StudySystem system, string? checkpoints, AnswerRecord record, CancellationToken cancellationToken)
    {
        var dataset = experiments[0].Dataset;
        var version = await system.ImportAsync(dataset, cancellationToken);
        foreach (var start in experiments.Select(experiment => experiment.Recipe.StartsFrom).OfType<string>().Distinct())
        {
            await system.PublishAsync(
                PublishedCheckpoint.Of(start),
                checkpoints ?? throw new ArgumentException("Name the published checkpoints' folder: --checkpoints FOLDER."),
                dataset.Name,
                cancellationToken);
        }

        var sweeps = new List<(Experiment Experiment, string Id)>();
        foreach (var experiment in experiments)
        {
            sweeps.Add((experiment, await system.StartAsync(experiment.Request(version), cancellationToken)));
        }

        foreach (var (experiment, id) in sweeps)
        {
            record.Write(experiment, SeedAnswers.Of(await CollectAsync(system, experiment.Recipe.Name, id, cancellationToken)));
        }
    }

    /// <returns>The answers of each fold.</returns>
    private static async Task<IReadOnlyList<RunAnswers>> CollectAsync(StudySystem system, string recipe, string id, CancellationToken cancellationToken)
    {
        var ended = -1;
        var report = await system.WaitAsync(id, Tell, cancellationToken);
        var folds = new List<RunAnswers>();
        foreach (var fold in report.Standings.Single().Runs)
        {
            if (fold.Status != RunStatus.Completed)
            {
                throw new InvalidOperationException($"Run {fold.Id} of {recipe} is {fold.Status}. {fold.Error?.Title}: {fold.Error?.Detail}");
            }

            folds.Add(await system.GetAnswersAsync(fold.Id, cancellationToken));
        }

        return folds;

        void Tell(SweepReport sweep)
        {
            var runs = sweep.Standings.SelectMany(standing => standing.Runs).ToList();
            var done = runs.Count(run => run.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled);
            if (done > ended)
            {
                ended = done;
                Console.Error.WriteLine($"{recipe}: {done} of {runs.Count} runs");
            }
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
