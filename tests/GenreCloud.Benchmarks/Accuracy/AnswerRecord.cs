using System.Globalization;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>
/// A folder with what experiments have answered, each in a file: in the first line the request for the first fold and the zip's digest, then CSV, one row for each
/// sample, fold by fold as they are done. A file that another zip or other settings have led to does not count.
/// </summary>
internal sealed class AnswerRecord(string folder)
{
    private const string Columns = "fold,artists,label,first,second,third";

    /// <summary>The answers that the README's tables are made of.</summary>
    public static string OfTheRepository { get; } = Path.Combine(RepositoryRoot.Path, "tests", "GenreCloud.Benchmarks", "Accuracy", "answers");

    /// <summary>Of the folds that were done.</summary>
    public SeedAnswers Read(Experiment experiment)
    {
        var path = PathOf(experiment);
        return File.Exists(path) && File.ReadAllLines(path) is [var origin, Columns, .. var rows] && origin == OriginOf(experiment)
            ? new SeedAnswers([.. rows.Select(Parse)])
            : new SeedAnswers([]);
    }

    public IEnumerable<int> MissingFolds(Experiment experiment) =>
        Enumerable.Range(1, experiment.Folds).Except(Read(experiment).Samples.Select(sample => sample.Fold));

    /// <summary>Adds what a fold's network answered.</summary>
    public void Add(Experiment experiment, int fold, RunAnswers answers)
    {
        var added = answers.Samples.OrderBy(sample => sample.Id, StringComparer.Ordinal).Select(sample => StudyAnswer.Of(sample, fold));
        var all = Read(experiment).Samples.Concat(added).OrderBy(sample => sample.Fold);
        var path = PathOf(experiment);
        var unfinished = path + ".tmp";
        Directory.CreateDirectory(folder);
        File.WriteAllLines(unfinished, [OriginOf(experiment), Columns, .. all.Select(Format)]);
        File.Move(unfinished, path, overwrite: true);
    }

    private string PathOf(Experiment experiment) => Path.Combine(
        folder,
        $"{experiment.Dataset.Name}.{experiment.Folds}-folds-by-{experiment.Split}.{experiment.Recipe.Name}.{experiment.Recipe.Precision}.seed-{experiment.Seed}.csv");

    /// <summary>What decides the answers.</summary>
    private static string OriginOf(Experiment experiment)
    {
        var origin = experiment.Request(fold: 1);
        origin["sha256"] = experiment.Dataset.Sha256;
        return $"# {origin.ToJsonString()}";
    }

    private static string Format(StudyAnswer answer) => string.Join(',', (int[])[answer.Fold, answer.Group, answer.Label, .. answer.Top3]);

    private static StudyAnswer Parse(string row)
    {
        int[] values = [.. row.Split(',').Select(value => int.Parse(value, CultureInfo.InvariantCulture))];
        return new StudyAnswer(values[0], values[1], values[2], values[3..]);
    }
}
