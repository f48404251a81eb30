using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Aspire.Hosting;
using GenreCloud.AppHost.Commands;
using GenreCloud.Testing;

namespace GenreCloud.AppHost.Tests;

/// <summary>The app host as its user has it, on a fresh folder of data: real services and a real Azurite.</summary>
public sealed class SystemTests : IDisposable
{
    /// <summary>What does not become healthy would be waited for without end.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _data = Directory.CreateTempSubdirectory("genrecloud-apphost-").FullName;
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public SystemTests() => _limit.CancelAfter(Limit);

    private CancellationToken CancellationToken => _limit.Token;

    public void Dispose()
    {
        _limit.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Its_commands_take_the_sample_from_zip_to_answers_and_move_production()
    {
        await using var system = await RunningSystem.StartAsync(_data, CancellationToken);

        var import = await ImportAsync(system);
        import.GetProperty("progress").GetProperty("imported").GetInt32().ShouldBe(120);
        var atTheDashboard = await system.GetAsync("dashboard", $"/api/imports/{import.GetProperty("id")}", CancellationToken);
        atTheDashboard.GetProperty("progress").GetProperty("imported").GetInt32().ShouldBe(120, "the dashboard finds the services");

        (await TrainAsync(system)).ShouldBe(1);
        var answer = await system.ClassifyAsync(await ReadSpectrogramAsync(), "?top=3", CancellationToken);
        answer.GetProperty("model").GetString().ShouldBe(Sample.Name);
        answer.GetProperty("version").GetInt32().ShouldBe(1);
        answer.GetProperty("predictions").GetArrayLength().ShouldBe(3);

        var nothingBefore = await system.ExecuteAsync("inference", ModelCommands.Rollback, [Model()], CancellationToken);
        nothingBefore.Success.ShouldBeFalse("production has had one version only");
        nothingBefore.Message.ShouldNotBeNullOrWhiteSpace();

        (await TrainAsync(system)).ShouldBe(2);
        (await system.ClassifyAsync(await ReadSpectrogramAsync(), "", CancellationToken)).GetProperty("version").GetInt32().ShouldBe(1);

        var promoted = await system.RequireAsync("inference", ModelCommands.Promote, [Model()], CancellationToken);
        promoted.GetProperty("aliases").GetProperty("production").GetInt32().ShouldBe(2);
        var rolledBack = await system.RequireAsync("inference", ModelCommands.Rollback, [Model()], CancellationToken);
        rolledBack.GetProperty("aliases").GetProperty("production").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task What_was_accepted_just_before_the_end_goes_on_at_the_next_start()
    {
        string path;
        await using (var system = await RunningSystem.StartAsync(_data, CancellationToken))
        {
            path = $"/api/imports/{(await system.RequireAsync("dataset-import", SampleCommands.Import, [], CancellationToken)).GetProperty("id")}";
        }

        var azurite = await ReadRecordedProcessAsync();
        Should.Throw<ArgumentException>(() => Process.GetProcessById(azurite)).Message.ShouldContain("not running");

        await using var again = await RunningSystem.StartAsync(_data, CancellationToken);

        (await again.WaitForJobAsync("dataset-import", path, CancellationToken)).GetProperty("dataset").GetString().ShouldBe(Sample.Name);
    }

    [Fact]
    public async Task A_command_that_the_service_refuses_says_why()
    {
        await using var system = await RunningSystem.StartAsync(_data, CancellationToken);

        var result = await system.ExecuteAsync("training", SampleCommands.Train, [Epochs("1")], CancellationToken);

        result.Success.ShouldBeFalse();
        result.Message.ShouldNotBeNull();
        result.Message.ShouldContain("Unknown dataset");
        result.Message.ShouldContain(Sample.Name);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("many")]
    public async Task Epochs_that_make_no_sense_do_not_reach_the_service(string epochs)
    {
        await using var builder = await RunningSystem.CreateBuilderAsync(_data, CancellationToken);
        await using var app = await builder.BuildAsync(CancellationToken);
        var training = builder.Resources.Single(resource => resource.Name == "training");

        var result = await app.ResourceCommands.ExecuteCommandAsync(
            training, SampleCommands.Train, new InteractionInputCollection([Epochs(epochs)]), CancellationToken);

        result.Success.ShouldBeFalse();
        result.Message.ShouldNotBeNull();
        result.Message.ShouldContain("validation");
    }

    [Fact]
    public async Task A_folder_that_another_one_writes_to_is_refused_by_name()
    {
        await using var other = new FileStream(
            Path.Combine(_data, "genrecloud.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        await using var builder = await RunningSystem.CreateBuilderAsync(_data, CancellationToken);
        await using var app = await builder.BuildAsync(CancellationToken);

        var exception = await Should.ThrowAsync<DistributedApplicationException>(() => app.StartAsync(CancellationToken));

        exception.Message.ShouldContain(_data);
        exception.Message.ShouldContain("DataDirectory");
    }

    /// <summary>Waits for the end of a system, whose last part the test host leaves to itself when it is slow.</summary>
    /// <returns>The id of the process that the system's Azurite was.</returns>
    private async Task<int> ReadRecordedProcessAsync()
    {
        while (true)
        {
            try
            {
                var text = await File.ReadAllTextAsync(Path.Combine(_data, "genrecloud.lock"), CancellationToken);
                return int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken);
            }
        }
    }

    private async Task<JsonElement> ImportAsync(RunningSystem system)
    {
        var import = await system.RequireAsync("dataset-import", SampleCommands.Import, [], CancellationToken);
        return await system.WaitForJobAsync("dataset-import", $"/api/imports/{import.GetProperty("id")}", CancellationToken);
    }

    /// <returns>The version that it registered.</returns>
    private async Task<int> TrainAsync(RunningSystem system)
    {
        var accepted = await system.RequireAsync("training", SampleCommands.Train, [Epochs("1")], CancellationToken);
        var run = await system.WaitForJobAsync("training", $"/api/runs/{accepted.GetProperty("id")}", CancellationToken);
        run.GetProperty("epochs").GetArrayLength().ShouldBe(1);
        return run.GetProperty("result").GetProperty("modelVersion").GetInt32();
    }

    private static InteractionInput Epochs(string value) => new() { Name = SampleCommands.Epochs, InputType = InputType.Number, Value = value };

    private static InteractionInput Model() => new() { Name = ModelCommands.Model, InputType = InputType.Text, Value = Sample.Name };

    private async Task<byte[]> ReadSpectrogramAsync()
    {
        await using var zip = await ZipFile.OpenReadAsync(Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip"), CancellationToken);
        await using var entry = await zip.Entries.First(entry => entry.FullName.StartsWith("techno/", StringComparison.Ordinal)).OpenAsync(CancellationToken);
        using var png = new MemoryStream();
        await entry.CopyToAsync(png, CancellationToken);
        return png.ToArray();
    }
}
