using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// Pictures of pages, kept as artefacts. With UPDATE_PICTURES=true those that README shows are renewed too.
/// </summary>
internal static class Screenshots
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "artifacts", "screenshots");
    private static readonly string ReadmeFolder = Path.Combine(RepositoryRoot.Path, "docs", "images");

    /// <summary>Names of the pictures in README, without <c>dashboard-</c>.</summary>
    private static readonly string[] InReadme = ["try-song", "overview-dark"];

    public static async Task SaveAsync(this IPage page, string name, bool fullPage = true)
    {
        Directory.CreateDirectory(Folder);
        var file = Path.Combine(Folder, $"{name}.png");
        await page.ScreenshotAsync(new() { Path = file, FullPage = fullPage });
        if (InReadme.Contains(name) && Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "true")
        {
            File.Copy(file, Path.Combine(ReadmeFolder, $"dashboard-{name}.png"), overwrite: true);
        }
    }
}
