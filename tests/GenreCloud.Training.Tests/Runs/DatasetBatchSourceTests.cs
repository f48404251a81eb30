using System.Security.Cryptography;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Shards;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class DatasetBatchSourceTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("genrecloud-source-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(ClassBalance.None)]
    [InlineData(ClassBalance.Weights)]
    [InlineData(ClassBalance.Sampling)]
    public async Task An_epoch_that_is_continued_has_the_batches_of_the_whole_one_from_there_on(ClassBalance balance)
    {
        var source = await OpenAsync(new TrainingOptions { BatchSize = 2, Seed = 3, ClassBalance = balance });
        source.TrainingBatches.ShouldBe(3);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var whole = await BatchesAsync(source, epoch, firstBatch: 0);
            whole.Count.ShouldBe(source.TrainingBatches);
            whole.ShouldBeUnique();
            for (var first = 1; first <= source.TrainingBatches; first++)
            {
                (await BatchesAsync(source, epoch, first)).ShouldBe(whole.Skip(first), $"epoch {epoch}, batch {first}");
            }
        }

        (await BatchesAsync(source, epoch: 1, firstBatch: 0)).ShouldNotBe(await BatchesAsync(source, epoch: 0, firstBatch: 0), "each epoch has an order of its own");
    }

    /// <returns>A hash of each batch: pixels, labels, tabular features.</returns>
    private static async Task<IReadOnlyList<string>> BatchesAsync(DatasetBatchSource source, int epoch, int firstBatch)
    {
        var batches = new List<string>();
        await foreach (var batch in source.TrainingEpoch(epoch, firstBatch, CancellationToken))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(batch.Pixels.Span);
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Labels.Span));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Tabular.Span));
            batches.Add(Convert.ToHexStringLower(hash.GetHashAndReset()));
        }

        return batches;
    }

    private async Task<DatasetBatchSource> OpenAsync(TrainingOptions options)
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, clipsPerGenre: 4, place => new() { ["tempo"] = 100 + place }, "techno", "classical");
        var dataset = (await RunExecution.DatasetsOf(account.Blobs).FindAsync(manifest.Name, manifest.Version, CancellationToken)).ShouldNotBeNull();
        var samples = await dataset.ReadSamplesAsync(CancellationToken);
        return new DatasetBatchSource(
            new SpectrogramBatches(new ShardCache(dataset, _directory, ShardCache.DefaultMaxBytes, TimeProvider.System), samples, manifest.Labels),
            samples,
            Split.Compute(samples, new SplitSpec(ValidationFraction: 0.25)),
            Architecture.Named(CrnnTabular.ArchitectureName),
            options,
            manifest.Labels.Count);
    }
}
