using System.Diagnostics;
using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// Pictures of pages, kept as artefacts. With UPDATE_PICTURES=true those that README shows are renewed too, for which FFmpeg is needed.
/// </summary>
internal static class Screenshots
{
    /// <summary>The upper 1200 rows in 256 colours: less than half the bytes.</summary>
    private const string Reduced = @"crop=iw:min(ih\,1200):0:0,split[all][some];[some]palettegen[colours];[all][colours]paletteuse=dither=none";

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "artifacts", "screenshots");
    private static readonly string ReadmeFolder = Path.Combine(RepositoryRoot.Path, "docs", "images");

    /// <summary>Names of the pictures in README, without <c>dashboard-</c>.</summary>
    private static readonly string[] InReadme = ["try-song", "overview-dark", "first-run", "samples", "model-graph"];

    public static async Task SaveAsync(this IPage page, string name, bool fullPage = true)
    {
        Directory.CreateDirectory(Folder);
        var file = Path.Combine(Folder, $"{name}.png");
        await page.ScreenshotAsync(new() { Path = file, FullPage = fullPage });
        if (InReadme.Contains(name) && Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "true")
        {
            using var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-y", "-i", file, "-vf", Reduced, Path.Combine(ReadmeFolder, $"dashboard-{name}.png")]);
            await ffmpeg.WaitForExitAsync(TestContext.Current.CancellationToken);
            ffmpeg.ExitCode.ShouldBe(0);
        }
    }
}
