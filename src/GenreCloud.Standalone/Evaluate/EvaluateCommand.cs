using GenreCloud.Client;
using GenreCloud.Client.Evaluations;
using GenreCloud.ServiceDefaults;
using GenreCloud.Standalone.Demo;
using Spectre.Console;

namespace GenreCloud.Standalone.Evaluate;

/// <summary>Evaluates a registered model on a dataset, and prints the table: through the HTTP API, as any client would.</summary>
internal static class EvaluateCommand
{
    /// <summary>The exit code by which shells know a program that Ctrl+C ended.</summary>
    private const int Interrupted = 130;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <param name="standalone">How the services are started, unless they run already.</param>
    /// <param name="request">What is evaluated.</param>
    /// <param name="training">The address of a training service that runs already; null to start the services in this process.</param>
    /// <returns>0 only if the evaluation is completed.</returns>
    public static async Task<int> RunAsync(
        StandaloneOptions standalone, EvaluationRequest request, Uri? training, CancellationToken cancellationToken)
    {
        try
        {
            if (training is not null)
            {
                await EvaluateAsync(training, request, cancellationToken);
                return 0;
            }

            await using var server = await StandaloneServer.StartAsync(standalone, LogLevel.Warning, cancellationToken);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, server.Stopping);
            await EvaluateAsync(server.Address, request, ending.Token);
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("The evaluation was left before its end. The training service goes on with it, at the latest when it is started again.");
            return Interrupted;
        }
        catch (Exception exception) when (exception is DemoFailedException or StartupException or GenreCloudException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task EvaluateAsync(Uri address, EvaluationRequest request, CancellationToken cancellationToken)
    {
        using var clients = new ServiceClients(new DemoServices(address, address, address));
        var evaluation = await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => FollowAsync(clients.Training, request, context.AddTask("Evaluate"), cancellationToken));
        EvaluationTable.Write(evaluation);
    }

    private static async Task<ModelEvaluation> FollowAsync(
        TrainingClient training, EvaluationRequest request, ProgressTask task, CancellationToken cancellationToken)
    {
        var evaluation = await training.StartEvaluationAsync(request, cancellationToken);
        while (!evaluation.HasEnded)
        {
            if (evaluation.Progress is { } progress)
            {
                task.MaxValue = progress.Total;
                task.Value = progress.Answered;
            }

            await Task.Delay(PollInterval, cancellationToken);
            evaluation = await Untraced.CallAsync(() => training.GetEvaluationAsync(evaluation.Id, cancellationToken));
        }

        return evaluation.Status switch
        {
            EvaluationStatus.Completed => evaluation,
            EvaluationStatus.Failed => throw new DemoFailedException($"The evaluation failed. {evaluation.Error!.Title}: {evaluation.Error.Detail}"),
            _ => throw new DemoFailedException("The evaluation was cancelled."),
        };
    }
}
