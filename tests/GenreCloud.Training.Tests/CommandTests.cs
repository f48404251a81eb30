using GenreCloud.Testing;
using GenreCloud.Testing.Otlp;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests;

/// <summary>The service whole, as its API alone, and as a worker that ends with its work.</summary>
public sealed class CommandTests(AzuriteFixture azurite)
{
    private static readonly object ShortRun = new { dataset = SmallDataset.Name, epochs = 1, batchSize = 8 };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_the_api_accepts_is_executed_by_a_worker_that_ends_with_it()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var api = await TrainingProcess.StartAsync(account, arguments: "api");
        string[] runs = [await api.StartRunAsync(ShortRun), await api.StartRunAsync(ShortRun)];

        await using var worker = TrainingProcess.Launch(account, arguments: "work");
        (await worker.WaitForExitAsync(CancellationToken)).ShouldBe(0, worker.Output);

        var statuses = await Task.WhenAll(runs.Select(async id => (await api.GetRunAsync(id)).Status));
        statuses.ShouldBe([RunStatus.Completed, RunStatus.Queued], ignoreOrder: true, worker.Output);
        api.Service.Output.ShouldNotContain("does run");
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_gives_its_run_back_and_the_next_one_finishes_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot ask a single console process to stop.");
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var api = await TrainingProcess.StartAsync(account, arguments: "api");
        var id = await api.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 4, batchSize = 4 });
        await using (var worker = TrainingProcess.Launch(account, arguments: "work"))
        {
            await api.WaitForAsync(id, run => run.Progress is { Step: > 0 });

            (await worker.StopAsync(CancellationToken)).ShouldBe(0, worker.Output);
        }

        await using var next = TrainingProcess.Launch(account, arguments: "work");

        (await api.WaitForEndAsync(id)).Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task A_mistyped_command_starts_nothing()
    {
        await using var service = TrainingProcess.Launch(azurite.NewAccount(), arguments: "wrok");

        (await service.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        service.Output.ShouldContain("'wrok' is no command of the training service");
    }

    [Theory]
    [InlineData]
    [InlineData("api")]
    [InlineData("work")]
    public async Task A_wrong_setting_stops_every_command(params string[] command)
    {
        await using var service = TrainingProcess.Launch(azurite.NewAccount(), arguments: [.. command, "--Training:Threads", "many"]);

        (await service.WaitForExitAsync(CancellationToken)).ShouldBe(1);

        service.Output.ShouldBe("Training:Threads (environment: Training__Threads) is 'many'; it must be a whole number from 0 to 256.");
    }

    [Fact]
    public async Task Without_libtorch_only_the_api_starts_and_the_others_say_what_is_missing()
    {
        // A copy of the service without native libraries, as an incomplete publish would leave it.
        var account = azurite.NewAccount();
        var folder = Directory.CreateTempSubdirectory("genrecloud-notorch-");
        try
        {
            var withoutTorch = Directory.EnumerateFiles(AppContext.BaseDirectory)
                .Where(file => !Path.GetFileName(file).StartsWith("lib", StringComparison.OrdinalIgnoreCase));
            foreach (var file in withoutTorch)
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            var executable = Path.Combine(folder.FullName, Path.GetFileName(ServiceProcess.ExecutableOf("GenreCloud.Training")));
            foreach (var command in new[] { Array.Empty<string>(), ["work"] })
            {
                await using var service = TrainingProcess.Launch(account, executable, arguments: command);

                (await service.WaitForExitAsync(CancellationToken)).ShouldBe(1);

                service.Output.ShouldContain("libtorch cannot be loaded");
                service.Output.ShouldContain("LibTorchSharp");
                service.Output.ShouldContain("does not exist");
                service.Output.ShouldNotContain("   at ");
            }

            await using var api = await TrainingProcess.StartAsync(account, executable, arguments: "api");
            using var runs = await api.GetAsync("/api/runs");
            runs.IsSuccessStatusCode.ShouldBeTrue();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_service_itself_does_not_load_libtorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lists what a process has loaded in /proc.");
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        await service.WaitForEndAsync(await service.StartRunAsync(ShortRun));

        var loaded = await File.ReadAllTextAsync($"/proc/{service.Service.ProcessId}/maps", CancellationToken);

        loaded.ShouldContain("libcoreclr");
        loaded.ShouldNotContain("torch_cpu");
    }

    [Fact]
    public async Task A_runs_process_exports_what_it_holds_before_it_ends_also_by_settings_of_the_command_line()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var receiver = await OtlpReceiver.StartAsync(CancellationToken);

        // By its own clock nothing would be exported for an hour: what comes comes from a process that has ended.
        string[] settings =
        [
            .. receiver.Environment.Where(setting => setting.Name != "OTEL_METRIC_EXPORT_INTERVAL").SelectMany(setting => new[] { $"--{setting.Name}", setting.Value }),
            "--OTEL_METRIC_EXPORT_INTERVAL", "3600000",
        ];
        await using var service = await TrainingProcess.StartAsync(account, arguments: settings);
        var run = await service.WaitForEndAsync(await service.StartRunAsync(ShortRun));

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        (await receiver.WaitForMetricAsync(metric => metric.Name == "http.client.request.duration", CancellationToken)).Service.ShouldBe("training");
    }
}
