using System.Reflection;
using GenreCloud.Testing;

namespace GenreCloud.Infrastructure.Tests;

/// <summary>The bicep CLI of its NuGet package. It needs neither a network nor a login for what it does here.</summary>
internal static class Bicep
{
    private static readonly string? Executable = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(metadata => metadata.Key == "BicepPath")?.Value;

    /// <summary>Skips the test on a system that the pinned package is not for; in CI that is a failure.</summary>
    public static void Require()
    {
        if (Executable is null)
        {
            const string reason = "The pinned package of the bicep CLI is for Linux on x64.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.Fail(reason);
        }
    }

    /// <summary>Whether it can run here.</summary>
    public static bool IsAvailable => Executable is not null;

    /// <summary>Runs one command and returns what it printed, with its exit code.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        await using var process = ServiceProcess.Start(
            Executable!,
            arguments,
            // A bare machine has no ICU, without which a .NET program starts only in the invariant culture.
            [.. environment.Select(variable => (variable.Key, variable.Value)), ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"), ("NO_COLOR", "1")]);
        var exitCode = await process.WaitForExitAsync(cancellationToken);
        return (exitCode, process.Output);
    }

    /// <summary>Runs one command that must succeed in silence.</summary>
    public static async Task RunSilentlyAsync(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync(arguments, environment, cancellationToken);
        output.ShouldBeEmpty();
        exitCode.ShouldBe(0);
    }
}
