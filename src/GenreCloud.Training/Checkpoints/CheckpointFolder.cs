using System.Text.Json;
using GenreCloud.Storage;

namespace GenreCloud.Training.Checkpoints;

/// <summary>
/// Where the service hands a checkpoint to the process that registers it, and hears from it: <c>checkpoint.pth</c>, <c>request.json</c>,
/// <c>outcome.json</c>. It lies on the local disk, and is deleted with all it has.
/// </summary>
internal sealed class CheckpointFolder : IDisposable
{
    private readonly bool _isOwned;

    private CheckpointFolder(string path, bool isOwned)
    {
        Path = path;
        _isOwned = isOwned;
    }

    public string Path { get; }

    /// <summary>The checkpoint as it was sent.</summary>
    public string CheckpointFile => System.IO.Path.Combine(Path, "checkpoint.pth");

    private string RequestFile => System.IO.Path.Combine(Path, "request.json");

    private string OutcomeFile => System.IO.Path.Combine(Path, "outcome.json");

    /// <summary>An empty folder, which goes when this is disposed.</summary>
    public static CheckpointFolder Create() => new(Directory.CreateTempSubdirectory("genrecloud-checkpoint-").FullName, isOwned: true);

    /// <summary>The folder of another process, and left to it.</summary>
    public static CheckpointFolder At(string path) => new(path, isOwned: false);

    public Task WriteRequestAsync(CheckpointRequest request, CancellationToken cancellationToken) => WriteAsync(RequestFile, request, cancellationToken);

    public async Task<CheckpointRequest> ReadRequestAsync(CancellationToken cancellationToken) =>
        (await ReadAsync<CheckpointRequest>(RequestFile, cancellationToken))!;

    public Task WriteOutcomeAsync(CheckpointOutcome outcome, CancellationToken cancellationToken) => WriteAsync(OutcomeFile, outcome, cancellationToken);

    /// <summary>What the process said, or null when it ended without a word.</summary>
    public async Task<CheckpointOutcome?> FindOutcomeAsync(CancellationToken cancellationToken) =>
        File.Exists(OutcomeFile) ? await ReadAsync<CheckpointOutcome>(OutcomeFile, cancellationToken) : null;

    public void Dispose()
    {
        if (_isOwned)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static async Task WriteAsync<T>(string file, T value, CancellationToken cancellationToken)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, value, GenreCloudJson.Options, cancellationToken);
    }

    private static async Task<T?> ReadAsync<T>(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return await JsonSerializer.DeserializeAsync<T>(stream, GenreCloudJson.Options, cancellationToken);
    }
}
