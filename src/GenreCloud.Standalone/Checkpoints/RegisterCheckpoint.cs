using System.Globalization;
using GenreCloud.Client;
using GenreCloud.Client.Models;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.ServiceDefaults;
using GenreCloud.Standalone.Demo;
using Spectre.Console;

namespace GenreCloud.Standalone.Checkpoints;

/// <summary>The command <c>checkpoint</c>: sends a PyTorch checkpoint to the training service, and says which model version it became.</summary>
internal static class RegisterCheckpoint
{
    /// <summary>The exit code by which shells know a program that Ctrl+C ended.</summary>
    private const int Interrupted = 130;

    /// <returns>0 only if it is registered.</returns>
    public static async Task<int> RunAsync(StandaloneOptions standalone, CheckpointOptions options, CancellationToken cancellationToken)
    {
        try
        {
            if (!options.File.Exists)
            {
                throw new DemoFailedException($"There is no file {options.File.FullName}.");
            }

            // The service refuses it as well, by closing the line on whoever is still sending.
            if (options.File.Length > PyTorchCheckpoint.MaxFileBytes)
            {
                throw new DemoFailedException(
                    $"{options.File.FullName} has {options.File.Length} bytes; at most {PyTorchCheckpoint.MaxFileBytes} are read. Save model.state_dict() alone with torch.save.");
            }

            if (options.Training is { } training)
            {
                Write(await SendAsync(options, training, cancellationToken));
                return 0;
            }

            AnsiConsole.MarkupLineInterpolated($"[grey]Starting storage and services; the first start installs Azurite from npm.[/]");
            await using var server = await StandaloneServer.StartAsync(standalone, LogLevel.Warning, cancellationToken);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, server.Stopping);
            Write(await SendAsync(options, server.Address, ending.Token));
            return server.LostStorage ? 1 : 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("It was ended before the checkpoint was registered. Start it again.");
            return Interrupted;
        }
        catch (Exception exception) when (exception is DemoFailedException or StartupException or GenreCloudException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<ModelCard> SendAsync(CheckpointOptions options, Uri training, CancellationToken cancellationToken)
    {
        using var clients = new ServiceClients(new DemoServices(training, training, training));
        await using var file = options.File.OpenRead();
        return await clients.Training.RegisterCheckpointAsync(file, options.Request, cancellationToken);
    }

    private static void Write(ModelCard card)
    {
        var parity = card.Metrics.Parity;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "figure");
        table.AddRow(new Text("Model"), new Text(string.Create(CultureInfo.InvariantCulture, $"{card.Model} version {card.Version}, {card.Architecture}")));
        table.AddRow(new Text("Labels"), new Text(string.Join(", ", card.Labels)));
        table.AddRow(
            new Text("ONNX Runtime against TorchSharp"),
            new Text(string.Create(CultureInfo.InvariantCulture, $"{parity.MaxAbsoluteDifference:0.0e-0} largest difference on {parity.Samples} images")));
        AnsiConsole.Write(table);
    }
}
