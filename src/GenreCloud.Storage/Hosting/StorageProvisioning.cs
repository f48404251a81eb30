using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GenreCloud.Storage;

/// <summary>
/// Creates the containers and queues that are needed; those that exist are left as they are. A storage that is away, or that
/// does not let this identity in yet (new role assignments take minutes), is asked again until it answers: the host starts
/// meanwhile, and is unhealthy.
/// </summary>
public sealed partial class StorageProvisioning : IHostedLifecycleService, IDisposable
{
    /// <summary>How long the host's start waits, so that normally everything is there before the first request.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly BlobServiceClient _blobs;
    private readonly QueueServiceClient _queues;
    private readonly StorageNeeds _needs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _providing = Task.CompletedTask;

    public StorageProvisioning(
        IOptions<StorageOptions> connections, IOptions<StorageNeeds> needs, TimeProvider time, ILogger<StorageProvisioning> logger)
    {
        // Clients of its own that say at once what is wrong: this class is the one that tries again.
        _blobs = StorageClients.CreateBlobs(connections.Value.Blobs!, StorageClients.WithoutRetries(new BlobClientOptions()));
        _queues = StorageClients.CreateQueues(connections.Value.Queues!, StorageClients.WithoutRetries(new QueueClientOptions()));
        _needs = needs.Value;
        _time = time;
        _logger = logger;
        Fault = $"The storage account at {Addresses} has not answered yet.";
    }

    /// <summary>Completes when everything that is needed is there.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes, and never fails, when the first attempt is over: it is <see cref="Ready"/> then, or <see cref="Fault"/> says what failed.</summary>
    public Task FirstAttempt => _firstAttempt.Task;

    /// <summary>Why it is not <see cref="Ready"/> yet.</summary>
    public string Fault { get; private set; }

    /// <summary>One attempt.</summary>
    /// <exception cref="StorageUnavailableException">The storage account cannot be reached or refuses; says which and why.</exception>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(
            [
                .. _needs.Containers.Select(name => EnsureContainerAsync(name, cancellationToken)),
                .. _needs.Queues.Select(name => EnsureQueueAsync(name, cancellationToken)),
            ]);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException(
                $"The storage account at {Addresses} cannot be used: {Reason(exception)} Check ConnectionStrings:blobs and " +
                $"ConnectionStrings:queues, and that this identity may read and write there.",
                exception);
        }
    }

    /// <summary>Asks after one container and one queue, whether the account answers at all.</summary>
    /// <exception cref="StorageUnavailableException">It does not; says why.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(
            [
                .. _needs.Containers.Take(1).Select(name => _blobs.GetBlobContainerClient(name).GetPropertiesAsync(cancellationToken: cancellationToken)),
                .. _needs.Queues.Take(1).Select(name => (Task)_queues.GetQueueClient(name).GetPropertiesAsync(cancellationToken)),
            ]);
        }
        catch (Exception exception)
        {
            throw new StorageUnavailableException($"The storage account at {Addresses} does not answer as it should: {Reason(exception)}", exception);
        }
    }

    // Before any service's StartAsync, so that each can count on its containers and queues.
    async Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken)
    {
        _providing = ProvideAsync(_stopping.Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_ready.Task, Task.Delay(StartPatience, _time, patience.Token));
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task IHostedService.StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _providing;
    }

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private string Addresses => $"{_blobs.Uri} and {_queues.Uri}";

    private async Task ProvideAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await EnsureCreatedAsync(stoppingToken);
                _ready.SetResult();
                if (attempt > 1)
                {
                    LogReady(attempt);
                }

                return;
            }
            catch (StorageUnavailableException exception)
            {
                Fault = exception.Message;
                LogUnavailable(exception.Message, attempt, pause.TotalSeconds);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                _firstAttempt.TrySetResult();
            }

            await Task.Delay(pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // Asked after first: an identity that may only use what is there can do without the right to create.
    private async Task EnsureContainerAsync(string name, CancellationToken cancellationToken)
    {
        var container = _blobs.GetBlobContainerClient(name);
        if (!await container.ExistsAsync(cancellationToken))
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }

    private async Task EnsureQueueAsync(string name, CancellationToken cancellationToken)
    {
        var queue = _queues.GetQueueClient(name);
        if (!await queue.ExistsAsync(cancellationToken))
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }

    private static string Reason(Exception exception)
    {
        var reason = exception.FirstLine().TrimEnd('.');
        return exception is RequestFailedException { ErrorCode: { Length: > 0 } code } ? $"{reason} ({code})." : $"{reason}.";
    }

    [LoggerMessage(LogLevel.Warning, "{Fault} This was attempt {Attempt}; the next one is in {PauseSeconds} s")]
    private partial void LogUnavailable(string fault, int attempt, double pauseSeconds);

    [LoggerMessage(LogLevel.Information, "The storage can be used now, at attempt {Attempt}")]
    private partial void LogReady(int attempt);
}
