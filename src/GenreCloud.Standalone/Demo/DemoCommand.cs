using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Datasets;
using GenreCloud.Client.Imports;
using GenreCloud.Client.Runs;
using GenreCloud.LocalTools.AspireDashboard;
using GenreCloud.ServiceDefaults;
using Spectre.Console;

namespace GenreCloud.Standalone.Demo;

/// <summary>
/// The whole path with one command: import a zip, train on it, register the model, classify held-out spectrograms. It works
/// through the HTTP API, and what an earlier demo did with the same input is not done again.
/// </summary>
internal static class DemoCommand
{
    /// <summary>The exit code by which shells know a program that Ctrl+C ended.</summary>
    private const int Interrupted = 130;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <returns>0 only if every step did its work.</returns>
    public static async Task<int> RunAsync(StandaloneOptions standalone, DemoOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var input = DemoInput.From(options);
            return options.Services is { } services
                ? await RunElsewhereAsync(input, services, cancellationToken)
                : await RunHereAsync(input, standalone, options.Exit, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("The demo was ended. Start it again: it goes on from where it was.");
            return Interrupted;
        }
        catch (Exception exception) when (exception is DemoFailedException or StartupException or GenreCloudException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>With the services in this process, which serves on after the table.</summary>
    private static async Task<int> RunHereAsync(DemoInput input, StandaloneOptions standalone, bool exit, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLineInterpolated($"[grey]Starting storage and services; the first start installs {(standalone.Dashboard ? "Azurite and the Aspire dashboard" : "Azurite")} from npm.[/]");
        await using var server = await StandaloneServer.StartAsync(standalone, LogLevel.Warning, cancellationToken);
        if (server.Dashboard is { } dashboard)
        {
            AnsiConsole.MarkupLineInterpolated($"The Aspire dashboard is at [link]{dashboard.Frontend}[/].");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, server.Stopping);
        await WorkAsync(input, new DemoServices(server.Address, server.Address, server.Address), server.Dashboard, ending.Token);
        if (!exit)
        {
            AnsiConsole.MarkupLineInterpolated($"The dashboard is at [link]{server.Address}[/]: drop a song there. Ctrl+C ends it.");
            await server.WaitForShutdownAsync(cancellationToken);
        }

        return server.LostStorage ? 1 : 0;
    }

    /// <summary>With services that run already, as their client.</summary>
    private static async Task<int> RunElsewhereAsync(DemoInput input, DemoServices services, CancellationToken cancellationToken)
    {
        // Started by nobody: it is there for the telemetry only, and exports the last of it when it is disposed.
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddTelemetry();
        using var host = builder.Build();
        host.StartTelemetry();
        await WorkAsync(input with { Upload = true }, services, dashboard: null, cancellationToken);
        return 0;
    }

    private static async Task WorkAsync(DemoInput input, DemoServices services, AspireDashboardProcess? dashboard, CancellationToken cancellationToken)
    {
        using var clients = new ServiceClients(services);
        using var activity = StandaloneTelemetry.Source.StartActivity("demo");
        var report = await AnsiConsole.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => WorkAsync(input, clients, context, cancellationToken));
        activity?.Stop();
        report.Write(services.Inference, activity?.TraceId, dashboard);
    }

    private static async Task<DemoReport> WorkAsync(DemoInput input, ServiceClients clients, ProgressContext progress, CancellationToken cancellationToken)
    {
        var importing = progress.AddTask("Import");
        var training = progress.AddTask("Train", autoStart: false);
        var classifying = progress.AddTask("Classify", autoStart: false);

        var import = await ImportAsync(input, clients, importing, cancellationToken);
        var manifest = await clients.Imports.GetDatasetVersionAsync(import.Dataset, import.Version!.Value, cancellationToken);
        var (run, trainedEarlier) = await TrainAsync(input, manifest, clients, training, cancellationToken);
        var answers = await ClassifyAsync(run, clients, classifying, cancellationToken);
        return new DemoReport(import, manifest, run, trainedEarlier, answers);
    }

    private static async Task<Import> ImportAsync(DemoInput input, ServiceClients clients, ProgressTask task, CancellationToken cancellationToken)
    {
        Import import;
        if (input.Upload)
        {
            task.Description = $"Upload  {new FileInfo(input.Zip).Length / 1e6:n0} MB";
            await using var zip = File.OpenRead(input.Zip);
            import = await clients.Imports.UploadImportAsync(zip, input.ImportRequest, cancellationToken);
        }
        else
        {
            import = await clients.Imports.StartImportAsync(input.ImportRequest, cancellationToken);
        }

        while (import.Status is not (ImportStatus.Completed or ImportStatus.Failed))
        {
            if (import is { Status: ImportStatus.Staging, Progress.SourceBytes: { } sourceBytes and > 0 })
            {
                task.MaxValue = sourceBytes;
                task.Value = import.Progress.StagedBytes;
                task.Description = $"Stage   {import.Progress.StagedBytes / 1e6:n0}/{sourceBytes / 1e6:n0} MB  {task.Speed / 1e6:n0} MB/s";
            }
            else if (import is { Status: ImportStatus.Reading, Progress.TotalEntries: > 0 })
            {
                task.MaxValue = import.Progress.TotalEntries;
                task.Value = import.Progress.Entries;
                task.Description = $"Import  {import.Progress.Entries}/{import.Progress.TotalEntries} images  {import.Progress.EntriesPerSecond:n0}/s";
            }

            await Task.Delay(PollInterval, cancellationToken);
            import = await Untraced.CallAsync(() => clients.Imports.GetImportAsync(import.Id, cancellationToken));
        }

        if (import.Status == ImportStatus.Failed)
        {
            throw new DemoFailedException($"The import failed. {import.Error!.Title}: {import.Error.Detail}");
        }

        task.Value = task.MaxValue;
        task.Description = import.Reused ? $"Import  {import.Dataset} version {import.Version} was there" : $"Import  {import.Progress.Imported} images";
        task.StopTask();
        return import;
    }

    private static async Task<(Run Run, bool TrainedEarlier)> TrainAsync(
        DemoInput input, DatasetManifest manifest, ServiceClients clients, ProgressTask task, CancellationToken cancellationToken)
    {
        task.StartTask();
        var request = input.RunRequest(manifest);

        // Also one that an interrupted demo left in the queue: the service goes on with it.
        var run = (await Untraced.CallAsync(() => clients.Training.ListRunsAsync(cancellationToken)))
            .FirstOrDefault(run => run.Status is not (RunStatus.Failed or RunStatus.Cancelled) && IsOf(request, run.Settings));
        var trainedEarlier = run is { Status: RunStatus.Completed };
        run ??= await clients.Training.StartRunAsync(request, cancellationToken);
        while (!run.HasEnded)
        {
            if (run.Progress is { } progress)
            {
                task.MaxValue = progress.TotalSteps;
                task.Value = progress.Step;
                task.Description = $"Train   epoch {progress.Epoch}/{run.Settings.Epochs}  loss {progress.Loss:f2}  {progress.ImagesPerSecond:f1} images/s";
            }

            await Task.Delay(PollInterval, cancellationToken);
            run = await Untraced.CallAsync(() => clients.Training.GetRunAsync(run.Id, cancellationToken));
        }

        if (run.Status == RunStatus.Failed)
        {
            throw new DemoFailedException($"Training failed. {run.Error!.Title}: {run.Error.Detail}");
        }

        if (run.Status == RunStatus.Cancelled)
        {
            throw new DemoFailedException("Training was cancelled. Start the demo again to train anew.");
        }

        task.Value = task.MaxValue;
        task.Description = trainedEarlier
            ? $"Train   {run.Result!.Model} version {run.Result.ModelVersion} was there"
            : $"Train   {run.Settings.Epochs} epochs, {run.Result!.Model} version {run.Result.ModelVersion} registered";
        task.StopTask();
        return (run, trainedEarlier);
    }

    private static async Task<IReadOnlyList<DemoAnswer>> ClassifyAsync(
        Run run, ServiceClients clients, ProgressTask task, CancellationToken cancellationToken)
    {
        const int Answers = 3;
        task.StartTask();
        task.MaxValue = Answers;
        var held = await clients.Training.GetRunAnswersAsync(run.Id, cancellationToken);
        var heldOut = held.Samples.OrderBy(sample => sample.Label).ThenBy(sample => sample.Id, StringComparer.Ordinal).ToArray();

        var answers = new List<DemoAnswer>();
        for (var i = 0; i < Answers; i++)
        {
            // From the beginning, the middle and the end of the list by genre.
            var sample = heldOut[i * (heldOut.Length - 1) / (Answers - 1)];
            var png = await clients.Imports.GetSpectrogramAsync(run.Settings.Dataset, run.Settings.Version, sample.Id, cancellationToken);
            var options = new ClassifyOptions { Model = run.Result!.Model, Version = run.Result.ModelVersion, Top = 3 };
            var label = held.Labels[sample.Label];
            answers.Add(new DemoAnswer(label, await clients.Inference.ClassifyAsync(MusicFile.Of(png), options, cancellationToken)));
            task.Increment(1);
            task.Description = $"Classify  {label}";
        }

        if (await Untraced.CallAsync(() => clients.FindUnhealthyAsync(cancellationToken)) is { } unhealthy)
        {
            throw new DemoFailedException($"The model answers, but {new Uri(unhealthy, "/health")} does not say healthy; look there for the reason.");
        }

        task.Description = $"Classify  {Answers} held-out spectrograms";
        task.StopTask();
        return answers;
    }

    /// <summary>Whether a run is one that the demo asked for, by all that it asks for.</summary>
    private static bool IsOf(RunRequest request, RunSettings settings) =>
        (settings.Dataset, settings.Version, settings.Model, settings.Architecture, settings.Epochs, settings.BatchSize, settings.LearningRate, settings.Precision)
        == (request.Dataset, request.Version, request.Model, request.Architecture, request.Epochs, request.BatchSize, request.LearningRate, request.Precision)
        && settings.StartFrom is null && settings.Register;
}
