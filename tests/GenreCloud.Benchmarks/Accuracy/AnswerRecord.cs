using System.Globalization;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>
/// A folder with what experiments have answered, each in a file: in the first line the request and the zip's digest, then CSV, one row for each sample, in the order of
/// their ids. A file that another zip or other settings have led to does not count.
/// </summary>
internal sealed class AnswerRecord(string folder)
{
    private const string Columns = "fold,artists,label,first,second,third";

    /// <summary>The answers that the README's tables are made of.</summary>
    public static string OfTheRepository { get; } = Path.Combine(RepositoryRoot.Path, "tests", "GenreCloud.Benchmarks", "Accuracy", "answers");

    /// <returns>Null where it was not run.</returns>
    public SeedAnswers? Find(Experiment experiment)
    {
        var path = PathOf(experiment);
        return File.Exists(path) && File.ReadAllLines(path) is [var origin, Columns, .. var rows] && origin == OriginOf(experiment)
            ? new SeedAnswers([.. rows.Select(Parse)])
            : null;
    }

    public void Write(Experiment experiment, SeedAnswers answers)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(experiment);
        var unfinished = path + ".tmp";
        File.WriteAllLines(unfinished, [OriginOf(experiment), Columns, .. answers.Samples.Select(Format)]);
        File.Move(unfinished, path, overwrite: true);
    }

    private string PathOf(Experiment experiment) => Path.Combine(
        folder, $"{experiment.Dataset.Name}.{experiment.Split}.{experiment.Recipe.Name}.{experiment.Recipe.Precision}.{experiment.Seed}.csv");

    /// <summary>What decides the answers.</summary>
    private static string OriginOf(Experiment experiment)
    {
        var origin = experiment.Request(version: 1);
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
