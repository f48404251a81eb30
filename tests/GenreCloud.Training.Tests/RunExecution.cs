using System.Diagnostics;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GenreCloud.Training.Tests;

/// <summary>A run as its own process executes it, inside the tests' process.</summary>
internal sealed class RunExecution
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly RunStore _runs;
    private readonly RunExecutor _executor;

    /// <param name="blobs">The storage as this execution reaches it.</param>
    /// <param name="checkpointInterval">How often the training is saved within an epoch; not within a test unless given.</param>
    public RunExecution(BlobServiceClient blobs, TimeSpan? checkpointInterval = null)
    {
        _runs = new RunStore(blobs, Time);
        var registry = new ModelRegistry(blobs, Time);
        _executor = new RunExecutor(
            _runs,
            DatasetsOf(blobs),
            registry,
            new RunRegistration(registry, Time),
            Options.Create(new TrainingServiceOptions
            {
                Threads = 1,
                CacheDirectory = Path.Combine(AppContext.BaseDirectory, "shards"),
                CheckpointInterval = checkpointInterval ?? TimeSpan.FromHours(1),
            }),
            Time,
            NullLogger<RunExecutor>.Instance);
    }

    /// <summary>By which the run's process is told that the run was cancelled.</summary>
    public CancellationToken Unwanted { get; init; }

    public static DatasetStore DatasetsOf(BlobServiceClient blobs) => new(blobs.GetBlobContainerClient(StorageNames.Containers.Datasets), Time);

    /// <summary>Makes the containers that an execution writes to.</summary>
    public static async Task CreateContainersAsync(StorageAccount account)
    {
        foreach (var container in (string[])[StorageNames.Containers.Runs, StorageNames.Containers.Registry])
        {
            await account.Blobs.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Stores a run that was just accepted, and returns its id.</summary>
    public static Task<string> AcceptAsync(StorageAccount account, DatasetManifest manifest, int epochs) =>
        AcceptAsync(account, manifest, new RunRequest { Epochs = epochs, BatchSize = 8 });

    /// <inheritdoc cref="AcceptAsync(StorageAccount, DatasetManifest, int)"/>
    public static async Task<string> AcceptAsync(StorageAccount account, DatasetManifest manifest, RunRequest request)
    {
        await CreateContainersAsync(account);
        (request, var start) = await new RunStarts(new ModelRegistry(account.Blobs, Time)).ResolveAsync(
            request, manifest.Labels, TestContext.Current.CancellationToken);
        var settings = RunSettings.From(request, manifest, start);
        var run = new Run { Id = Guid.NewGuid().ToString("n"), Settings = settings, CreatedAt = Time.GetUtcNow() };
        await new RunStore(account.Blobs, Time).CreateAsync(run, TestContext.Current.CancellationToken);
        return run.Id;
    }

    /// <summary>The blobs of a run's saved states.</summary>
    public static async Task<IReadOnlyList<string>> StatesAsync(StorageAccount account, string id)
    {
        var names = new List<string>();
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Runs);
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{id}/checkpoints/" }, TestContext.Current.CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    /// <summary>Stores a state as a process that was killed before the run's document named it leaves one.</summary>
    public static Task LeaveUnnamedStateAsync(StorageAccount account, string id) => new RunStore(account.Blobs, Time)
        .Checkpoint(id, $"{Guid.NewGuid():n}-1.state").UploadAsync(BinaryData.FromString("state"), TestContext.Current.CancellationToken);

    /// <summary>Executes the run, and returns what is then stored of it.</summary>
    public async Task<Run> ExecuteAsync(string id, ActivityContext parent = default)
    {
        await _executor.ExecuteAsync(id, parent, Unwanted, TestContext.Current.CancellationToken);
        return (await _runs.FindAsync(id, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
