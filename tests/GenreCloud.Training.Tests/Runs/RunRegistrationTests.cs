using Azure;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>A run's model version is registered once, wherever the run's process dies.</summary>
public sealed class RunRegistrationTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/model.json", "/staged.json")]
    [InlineData("/aliases.json", "/model.json")]
    [InlineData("/run.json", "/model.json")]
    public async Task A_run_whose_process_died_after_its_version_was_noted_is_completed_with_that_version_and_not_trained_again(
        string diesBefore, string after)
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), epochs: 1);
        var dying = new RunExecution(new CutNetwork(diesBefore, after).BlobsOf(account));
        await Should.ThrowAsync<RequestFailedException>(() => dying.ExecuteAsync(id));
        var left = (await new RunStore(account.Blobs, TimeProvider.System).FindAsync(id, CancellationToken)).ShouldNotBeNull();
        left.Status.ShouldBe(RunStatus.Registering);
        left.Result.ShouldBeNull();
        await RunExecution.LeaveUnnamedStateAsync(account, id);
        (await RunExecution.StatesAsync(account, id)).Count.ShouldBe(2);
        using var recording = new TelemetryRecording();

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id, recording.Root.Context);

        run.Status.ShouldBe(RunStatus.Completed);
        run.Result.ShouldBe(left.PendingResult);
        run.PendingResult.ShouldBeNull();
        (await RunExecution.StatesAsync(account, id)).ShouldBeEmpty();
        run.Epochs.ShouldBe(left.Epochs);
        run.Epochs.ShouldHaveSingleItem();
        run.StartedAt.ShouldBe(left.StartedAt);
        recording.Spans.Select(span => span.DisplayName).ShouldBe(["register", "run"]);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        (await registry.GetModelAsync(SmallDataset.Name, CancellationToken)).Versions.ShouldBe([run.Result!.ModelVersion!.Value]);
        (await registry.ResolveAsync(SmallDataset.Name, ModelAlias.Production, CancellationToken)).ShouldBe(run.Result!.ModelVersion!.Value);
        (await registry.GetCardAsync(SmallDataset.Name, run.Result.ModelVersion!.Value, CancellationToken)).Lineage.RunId.ShouldBe(id);
    }

    [Fact]
    public async Task A_run_that_registers_nothing_is_completed_with_its_evaluation()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, "techno", "classical");
        var id = await RunExecution.AcceptAsync(account, manifest, new RunRequest { Epochs = 1, BatchSize = 8, Register = false });
        using var recording = new TelemetryRecording();

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id, recording.Root.Context);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        run.Checkpoint.ShouldBeNull();
        run.PendingResult.ShouldBeNull();
        var result = run.Result.ShouldNotBeNull();
        (result.Model, result.ModelVersion, result.ParitySamples).ShouldBe((null, null, null));
        result.Evaluation.ShouldNotBeNull().Samples.ShouldBe(result.ValidationSamples);
        recording.Spans.Select(span => span.DisplayName).ShouldBe(["prepare", "epoch", "measure", "run"]);
        (await new ModelRegistry(account.Blobs, TimeProvider.System).ListModelsAsync(CancellationToken)).ShouldBeEmpty();
        var answers = (await new RunStore(account.Blobs, TimeProvider.System).FindAnswersAsync(run, CancellationToken)).ShouldNotBeNull();
        answers.Labels.ShouldBe(manifest.Labels);
        answers.Samples.Count(sample => sample.IsRight).ShouldBe((int)Math.Round(result.Top1 * result.ValidationSamples));
        answers.Samples.Average(sample => sample.Loss(1)).ShouldBe(result.Evaluation.Loss, 1e-9);
    }

    [Fact]
    public async Task A_run_whose_process_died_before_its_version_was_staged_registers_one()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), epochs: 1);
        await Should.ThrowAsync<RequestFailedException>(() => new RunExecution(new CutNetwork("/staged.json").BlobsOf(account)).ExecuteAsync(id));

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed);
        run.Epochs.ShouldHaveSingleItem();
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        var versions = (await registry.GetModelAsync(SmallDataset.Name, CancellationToken)).Versions;
        versions.ShouldBe([run.Result!.ModelVersion!.Value]);
        versions.ShouldBe([2], "the number of the dead process's file is never given again");
    }

    [Fact]
    public async Task A_process_that_stalls_while_it_makes_its_version_visible_and_the_one_that_takes_over_register_one_version()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), epochs: 1);
        Run? taken = null;
        var line = new TakenOverRun("/model.json", async () => taken = await new RunExecution(account.Blobs).ExecuteAsync(id));

        await Should.ThrowAsync<RunTakenOverException>(() => new RunExecution(line.BlobsOf(account)).ExecuteAsync(id));

        taken.ShouldNotBeNull().Status.ShouldBe(RunStatus.Completed);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        (await registry.GetModelAsync(SmallDataset.Name, CancellationToken)).Versions.ShouldBe([taken.Result!.ModelVersion!.Value]);
        (await registry.GetHistoryAsync(SmallDataset.Name, CancellationToken)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_run_whose_document_got_another_attempt_meanwhile_registers_nothing_and_is_left_to_that_attempt()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), epochs: 1);
        var runs = new RunStore(account.Blobs, TimeProvider.System);
        var line = new TakenOverRun("/model.onnx", () => RunAttempt.BeginAsync(runs, id, TimeProvider.System, CancellationToken));

        await Should.ThrowAsync<RunTakenOverException>(() => new RunExecution(line.BlobsOf(account)).ExecuteAsync(id));

        var left = (await runs.FindAsync(id, CancellationToken)).ShouldNotBeNull();
        left.HasEnded.ShouldBeFalse();
        left.PendingResult.ShouldBeNull();
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        (await registry.ListModelsAsync(CancellationToken)).ShouldBeEmpty();

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed);
        (await registry.GetModelAsync(SmallDataset.Name, CancellationToken)).Versions.ShouldBe([run.Result!.ModelVersion!.Value]);
    }

    [Fact]
    public async Task A_run_that_was_given_up_meanwhile_registers_nothing_and_stays_failed()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), epochs: 1);
        var runs = new RunStore(account.Blobs, TimeProvider.System);
        var line = new TakenOverRun("/model.onnx", () => runs.FailAsync(id, "The run was given up", "no reason", CancellationToken));

        await Should.ThrowAsync<RunTakenOverException>(() => new RunExecution(line.BlobsOf(account)).ExecuteAsync(id));

        (await runs.FindAsync(id, CancellationToken)).ShouldNotBeNull().Error.ShouldBe(new RunError("The run was given up", "no reason"));
        (await new ModelRegistry(account.Blobs, TimeProvider.System).ListModelsAsync(CancellationToken)).ShouldBeEmpty();
    }
}
