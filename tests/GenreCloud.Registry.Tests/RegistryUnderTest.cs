using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Registry.Tests;

/// <summary>A registry of its own, and processes that die while they work on it.</summary>
internal sealed class RegistryUnderTest
{
    public const string Model = "crnn";

    private readonly StorageAccount _account;

    private RegistryUnderTest(StorageAccount account)
    {
        _account = account;
        Registry = new ModelRegistry(account.Blobs, Time);
        Traffic = new TrafficRules(account.Blobs, Registry, Time);
        Container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public ModelRegistry Registry { get; }

    public TrafficRules Traffic { get; }

    public BlobContainerClient Container { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <param name="versions">So many are registered.</param>
    public static async Task<RegistryUnderTest> CreateAsync(AzuriteFixture azurite, int versions)
    {
        var created = new RegistryUnderTest(azurite.NewAccount());
        await created.Container.CreateAsync(cancellationToken: CancellationToken);
        for (var version = 1; version <= versions; version++)
        {
            await created.RegisterAsync(ModelDescriptions.Create("folk", "jazz"));
        }

        return created;
    }

    public Task<ModelCard> RegisterAsync(ModelDescription description) => RegisterAsync(Registry, description);

    public static Task<ModelCard> RegisterAsync(ModelRegistry registry, ModelDescription description) => registry.RegisterAsync(
        Model, new ModelFiles(ModelDescriptions.Onnx(1), ModelDescriptions.Onnx(2)), description, "test", CancellationToken);

    /// <summary>The registry of a process that dies, as the storage sees it, before its nth request.</summary>
    public ModelRegistry DyingAt(int request) => new(BlobsDyingAt(request), Time);

    /// <summary>The rules of such a process.</summary>
    public TrafficRules TrafficDyingAt(int request)
    {
        var blobs = BlobsDyingAt(request);
        return new TrafficRules(blobs, new ModelRegistry(blobs, Time), Time);
    }

    /// <summary>Fails where Triton would not take the repository: a version without model.onnx, or a model without version or configuration.</summary>
    public async Task RequireTritonTakesItAsync()
    {
        var names = await BlobNamesAsync();
        var versions = names.Select(name => name.Split('/')).Where(parts => parts.Length == 3).GroupBy(parts => parts[1]).ToArray();
        versions.ShouldNotBeEmpty();
        versions.ShouldAllBe(version => version.Any(parts => parts[2] == "model.onnx"));
        names.ShouldContain($"{Model}/config.pbtxt");
    }

    public async Task<List<string>> BlobNamesAsync()
    {
        var names = new List<string>();
        await foreach (var blob in Container.GetBlobsAsync(new GetBlobsOptions(), CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    public async Task StoreEvaluationAsync(string json)
    {
        var evaluations = _account.Blobs.GetBlobContainerClient(StorageNames.Containers.Evaluations);
        await evaluations.CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        await evaluations.GetBlobClient($"{Guid.NewGuid():n}/evaluation.json").UploadAsync(BinaryData.FromString(json), CancellationToken);
    }

    private BlobServiceClient BlobsDyingAt(int request)
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(new Death(request), HttpPipelinePosition.PerCall);
        return new BlobServiceClient(_account.ConnectionString, options);
    }

    private sealed class Death(int request) : HttpPipelineSynchronousPolicy
    {
        private int _requests;

        public override void OnSendingRequest(HttpMessage message)
        {
            if (Interlocked.Increment(ref _requests) >= request)
            {
                throw new ProcessDiedException();
            }
        }
    }
}

/// <summary>What a process that is no more would have thrown.</summary>
internal sealed class ProcessDiedException() : Exception("The process has died.");
