using System.Text.RegularExpressions;
using GenreCloud.LocalTools.Npm;

namespace GenreCloud.LocalTools.Azurite;

/// <summary>
/// A real Azurite (blob and queue service of an Azure storage account) as a child process on free ports of 127.0.0.1. It
/// ends with this process, even when that is killed, and saves what it acknowledged before it goes.
/// </summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    private readonly AzuriteOptions _options;
    private readonly DataDirectoryLock _directory;
    private readonly ToolProcess _process;
    private readonly TaskCompletionSource<Uri> _blobEndpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _queueEndpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _tableEndpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri? _blobs;
    private Uri? _queues;

    private AzuriteProcess(AzuriteOptions options, DataDirectoryLock directory, string node, string script, string dataDirectory, ILogger logger, TimeProvider time)
    {
        _options = options;
        _directory = directory;
        _process = ToolProcess.Start(
            "Azurite",
            node,
            Arguments(script, dataDirectory),
            dataDirectory,
            AzuriteCommand.GetEnvironment(options.Accounts),
            options.StopTimeout,
            OnLine,
            logger,
            time);
    }

    /// <summary>The connection string of the blob service, first account.</summary>
    public string ConnectionStringBlobs => GetConnectionString(_options.Accounts[0]);

    /// <summary>The connection string of the queue service, first account.</summary>
    public string ConnectionStringQueues => GetConnectionString(_options.Accounts[0]);

    /// <summary>The id of the child process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The last lines that it wrote.</summary>
    public string Output => _process.Output;

    /// <summary>Completes when the child process has ended, wanted or not.</summary>
    public Task Exited => _process.Exited;

    /// <summary>Installs Azurite if that was not done before, starts it, and returns when it answers.</summary>
    /// <exception cref="LocalToolException">
    /// Node.js or npm is missing, the package cannot be installed, the data directory is in use, or Azurite did not start.
    /// </exception>
    public static async Task<AzuriteProcess> StartAsync(
        AzuriteOptions options, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var tools = await NodeTools.FindAsync(AzuriteScript.Advice, cancellationToken);
        var script = await AzuriteScript.EnsureInstalledAsync(tools, options.PackageDirectory, time, logger, cancellationToken);
        var dataDirectory = Path.GetFullPath(options.DataDirectory);
        Directory.CreateDirectory(dataDirectory);
        var directory = await DataDirectoryLock.AcquireAsync(dataDirectory, "--data DIR", options.StopTimeout, time, cancellationToken);
        AzuriteProcess? azurite = null;
        try
        {
            azurite = new AzuriteProcess(options, directory, tools.Node, script, dataDirectory, logger, time);
            await directory.RecordAsync(azurite.ProcessId, cancellationToken);
            await azurite.WaitUntilListeningAsync(logger, time, cancellationToken);
            return azurite;
        }
        catch when (azurite is not null)
        {
            await azurite.DisposeAsync();
            throw;
        }
        catch
        {
            await directory.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of an account of <see cref="AzuriteOptions.Accounts"/>, good for blobs and queues.</summary>
    public string GetConnectionString(AzuriteAccount account) =>
        $"DefaultEndpointsProtocol=http;AccountName={account.Name};AccountKey={account.Key};" +
        $"BlobEndpoint={new Uri(_blobs!, account.Name)};QueueEndpoint={new Uri(_queues!, account.Name)};";

    /// <summary>Lets Azurite save and end; kills it only when that takes longer than <see cref="AzuriteOptions.StopTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _directory.DisposeAsync();
    }

    // Port 0: the system picks a free port and Azurite prints it, so no two processes can pick the same one.
    private static string[] Arguments(string script, string dataDirectory) =>
    [
        "--require", AzuriteScript.PreloadScript,
        script,
        .. AzuriteCommand.GetArguments(dataDirectory),
        "--blobPort", "0",
        "--queuePort", "0",
    ];

    private async Task WaitUntilListeningAsync(ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var listening = Task.WhenAll(_blobEndpoint.Task, _queueEndpoint.Task, _tableEndpoint.Task);
        try
        {
            await Task.WhenAny(listening, Exited).WaitAsync(_options.StartTimeout, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new LocalToolException(
                $"Azurite did not listen within {_options.StartTimeout.TotalSeconds:F0} s. It said:{Environment.NewLine}{Output}", exception);
        }

        if (!listening.IsCompletedSuccessfully)
        {
            throw new LocalToolException(
                $"Azurite ended with exit code {_process.ExitCode} before it listened (data directory '{_options.DataDirectory}'). " +
                $"It said:{Environment.NewLine}{Output}");
        }

        _blobs = await _blobEndpoint.Task;
        _queues = await _queueEndpoint.Task;
        LogListening(logger, ProcessId, _blobs, _queues);
    }

    private void OnLine(string line)
    {
        if (ListeningLine().Match(line) is { Success: true } match)
        {
            var endpoint = match.Groups["service"].Value switch
            {
                "Blob" => _blobEndpoint,
                "Queue" => _queueEndpoint,
                _ => _tableEndpoint,
            };
            endpoint.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<address>http://\S+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ListeningLine();

    [LoggerMessage(LogLevel.Information, "Azurite (process {ProcessId}) serves blobs at {Blobs} and queues at {Queues}")]
    private static partial void LogListening(ILogger logger, int processId, Uri blobs, Uri queues);
}
