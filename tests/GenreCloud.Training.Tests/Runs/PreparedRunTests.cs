using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class PreparedRunTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("genrecloud-prepared-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(MissingTabular.Keep)]
    [InlineData(MissingTabular.Drop)]
    public async Task Tabular_features_are_normalised_by_those_that_are_learnt_from(MissingTabular missing)
    {
        // Each value is as different from the one before as from all: what is held back would show. Every fifth sample lacks its tempo.
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(
            account,
            SmallDataset.ClipsPerGenre,
            place => TabularFeatures.Columns.Where(column => column != "tempo" || place % 5 > 0).ToDictionary(column => column, _ => MathF.Pow(1.5f, place)),
            "techno",
            "classical");
        var settings = RunSettings.From(new RunRequest { Architecture = CrnnTabular.ArchitectureName, MissingTabular = missing }, manifest);
        TorchRuntime.EnsureLoaded();

        using var prepared = await PreparedRun.CreateAsync(
            settings, start: null, RunExecution.DatasetsOf(account.Blobs), new TrainingServiceOptions { CacheDirectory = _directory, Threads = 1 }, TimeProvider.System, CancellationToken);

        prepared.Split.Validation.ShouldNotBeEmpty();
        for (var column = TabularFeatures.Codes; column < TabularFeatures.Columns.Count; column++)
        {
            var name = TabularFeatures.Columns[column];
            float[] all = [.. prepared.Samples.Where(sample => sample.Tabular.ContainsKey(name)).Select(sample => sample.Tabular[name])];
            double[] learnt = [.. prepared.Split.Training.Select(index => prepared.Samples[index].Tabular).Where(row => row.ContainsKey(name)).Select(row => (double)row[name])];
            var mean = learnt.Average();
            var deviation = Math.Sqrt(learnt.Average(value => (value - mean) * (value - mean)));
            Math.Abs(mean - all.Average()).ShouldBeGreaterThan(0.01 * mean, name);
            ((double)Statistics("mean")[column]).ShouldBe(mean, 1e-5 * mean, name);
            ((double)Statistics("missing")[column]).ShouldBe(mean, 1e-5 * mean, name);
            ((double)Statistics("std")[column]).ShouldBe(deviation, 1e-5 * deviation, name);
        }

        float[] Statistics(string name) => prepared.Network.state_dict()[$"tabular.{name}"].data<float>().ToArray();
    }
}
