using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>The examples of README.md, as they stand there.</summary>
public sealed partial class ReadmeTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task The_curl_examples_are_answered()
    {
        Prerequisite.Ffmpeg();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The examples are for a POSIX shell.");
        var cancellationToken = TestContext.Current.CancellationToken;
        var account = azurite.NewAccount();
        var reference = SampleFigures.Count([SampleFigures.Of(default, default, TestModel.Published.Probabilities[0])], TestModel.Labels.Count);
        await TestModel.Published.RegisterAsync(account, TestModel.Published.Description with { Reference = reference }, "genres");
        await TestModel.Tabular.RegisterAsync(account, "metal");
        await using var service = await InferenceHost.StartAsync(account);
        var folder = Directory.CreateTempSubdirectory("genrecloud-readme-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "song.mp3"), await Songs.ReadAsync("metal_death_128k.mp3"), cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "spectrogram.png"), Spectrograms.Pngs[0], cancellationToken);
            var commands = await CommandsAsync(cancellationToken);
            commands.Length.ShouldBeGreaterThanOrEqualTo(6);

            foreach (var command in commands)
            {
                var answers = await RunAsync(command.Replace("localhost:5200", service.Client.BaseAddress!.Authority, StringComparison.Ordinal), folder.FullName, cancellationToken);

                answers.ShouldNotBeEmpty(command);
                foreach (var answer in answers)
                {
                    var classified = answer.TryGetProperty("answer", out var ofFile) ? ofFile : answer;
                    AnswersOf(classified, command).GetArrayLength().ShouldBeGreaterThan(0, command);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonElement AnswersOf(JsonElement answer, string command) =>
        command.Contains("/why", StringComparison.Ordinal) ? answer.GetProperty("importance")
            : command.EndsWith("/monitor", StringComparison.Ordinal) ? answer.GetProperty("lastDay").GetProperty("statistics")
            : answer.GetProperty("predictions");

    /// <summary>The lines of the blocks with which the sections begin.</summary>
    private static async Task<string[]> CommandsAsync(CancellationToken cancellationToken)
    {
        var readme = (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "README.md"), cancellationToken)).ReplaceLineEndings("\n");
        return [.. Block().Matches(readme).SelectMany(block => block.Groups["commands"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Runs a command, which has to succeed.</summary>
    /// <returns>Each line of what it wrote, as JSON.</returns>
    private static async Task<JsonElement[]> RunAsync(string command, string folder, CancellationToken cancellationToken)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command.Replace("curl ", "curl -sS --fail-with-body ", StringComparison.Ordinal)])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = shell.StandardError.ReadToEndAsync(cancellationToken);
        var output = await shell.StandardOutput.ReadToEndAsync(cancellationToken);
        await shell.WaitForExitAsync(cancellationToken);
        shell.ExitCode.ShouldBe(0, $"{command}\n{output}{await errors}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    [GeneratedRegex(@"^### (Classify|Why this genre|Monitor)\n\n```bash\n(?<commands>[^`]*)```", RegexOptions.Multiline)]
    private static partial Regex Block();
}
