using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>The examples of README.md, as they stand there, in their order.</summary>
public sealed partial class ReadmeTests(AzuriteFixture azurite)
{
    private const string Keys = "Who may call it";

    private static readonly string[] Sections = ["The API", "Classify", "Why this genre", "Models", "Monitor", "Webhooks", Keys, "Open Inference Protocol v2"];

    [Fact]
    public async Task The_curl_examples_are_answered()
    {
        Prerequisite.Ffmpeg();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The examples are for a POSIX shell.");
        var cancellationToken = TestContext.Current.CancellationToken;
        var account = azurite.NewAccount();
        var reference = SampleFigures.Count([SampleFigures.Of(default, default, TestModel.Published.Probabilities[0])], TestModel.Labels.Count);
        for (var version = 1; version <= 3; version++)
        {
            await TestModel.Published.RegisterAsync(account, TestModel.Published.Description with { Reference = reference }, "genres");
        }

        await TestModel.Tabular.RegisterAsync(account, "metal");
        await using var service = await InferenceHost.StartAsync(account);
        await using var guarded = await InferenceHost.StartAsync(account, time: null, ("Access:RequireAuthentication", "true"));
        using var keys = new ApiKeyStore(account.Blobs, TimeProvider.System);
        var (_, key) = await keys.CreateAsync("ann", AccessScope.Manage, expiresAt: null, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("genrecloud-readme-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "song.mp3"), await Songs.ReadAsync("metal_death_128k.mp3"), cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "spectrogram.png"), Spectrograms.Pngs[0], cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "pixels.bin"), Spectrograms.PixelsOf(Spectrograms.Pngs[0]), cancellationToken);
            var commands = await CommandsAsync(cancellationToken);
            commands.Length.ShouldBeGreaterThanOrEqualTo(22);

            var id = "";
            foreach (var (section, command) in commands)
            {
                // What was made last is what the next example is about. Version 2 is deleted before it is tried: the examples are no script.
                var runnable = Host().Replace(command, (section == Keys ? guarded : service).Client.BaseAddress!.Authority)
                    .Replace("/ID", $"/{id}", StringComparison.Ordinal)
                    .Replace("gck_...", key, StringComparison.Ordinal)
                    .Replace("\"version\": 2", "\"version\": 3", StringComparison.Ordinal);
                var answers = await RunAsync(runnable, folder.FullName, cancellationToken);

                (answers.Length > 0).ShouldBe(!IsSilent(command), command);
                foreach (var answer in answers)
                {
                    id = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("id", out var made) ? made.GetString() : id;
                    if (AnswersOf(answer, command) is { } listed)
                    {
                        listed.GetArrayLength().ShouldBeGreaterThan(0, command);
                    }
                }
            }

            new FileInfo(Path.Combine(folder.FullName, "answer.bin")).Length.ShouldBeGreaterThan(0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Whether it answers with nothing, or into a file.</summary>
    private static bool IsSilent(string command) =>
        command.Contains("--output", StringComparison.Ordinal) || command.Contains("-X DELETE", StringComparison.Ordinal);

    /// <returns>What must not be empty; null where anything is an answer.</returns>
    private static JsonElement? AnswersOf(JsonElement answer, string command) =>
        command.Contains("/why", StringComparison.Ordinal) ? answer.GetProperty("importance")
            : command.EndsWith("/monitor", StringComparison.Ordinal) ? answer.GetProperty("lastDay").GetProperty("statistics")
            : command.Contains("/history", StringComparison.Ordinal) ? answer
            : command.Contains("/batch", StringComparison.Ordinal) ? answer.GetProperty("answer").GetProperty("predictions")
            : command.Contains("/classify", StringComparison.Ordinal) ? answer.GetProperty("predictions")
            : null;

    /// <summary>The commands of the sections that are for this service.</summary>
    private static async Task<(string Section, string Command)[]> CommandsAsync(CancellationToken cancellationToken)
    {
        var readme = (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "README.md"), cancellationToken)).ReplaceLineEndings("\n");
        return
        [
            .. from section in Section().Matches(readme)
               where Sections.Contains(section.Groups["title"].Value)
               from block in Block().Matches(section.Groups["text"].Value)
               from command in Continuation().Replace(block.Groups["commands"].Value, " ").Split('\n')
               where Request().IsMatch(command)
               select (section.Groups["title"].Value, command),
        ];
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

    [GeneratedRegex(@"^##+ (?<title>[^\n]+)\n(?<text>(?:(?!^##+ ).)*)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^```bash\n(?<commands>[^`]*)```", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"localhost:\d+")]
    private static partial Regex Host();

    [GeneratedRegex(@"^curl .*localhost:\d+/(?:v2|api/(?:classify|spectrogram|serving|models|webhooks|keys))\b")]
    private static partial Regex Request();
}
