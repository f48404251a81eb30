using Xunit;

namespace GenreCloud.Testing;

/// <summary>What a test needs and a machine may lack.</summary>
public static class Prerequisite
{
    /// <summary>The installed ffmpeg. Absent: the test fails where the environment has CI=true, and is skipped with the reason elsewhere.</summary>
    public static void Ffmpeg()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg"))))
        {
            Missing("ffmpeg is not installed (apt-get install ffmpeg).");
        }
    }

    /// <summary>Ends the test: failed where the environment has CI=true, skipped with the reason elsewhere.</summary>
    public static void Missing(string reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
