using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// Debian's Chromium under Playwright. Absent: tests fail where the environment has CI=true, and are skipped with the reason elsewhere.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A window of its own, that remembers nothing of others.</summary>
    /// <param name="address">What its relative addresses belong to.</param>
    /// <param name="options">Size, colours; null for 1280 x 800 in light.</param>
    public async Task<IPage> OpenAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        if (_browser is null)
        {
            Prerequisite.Missing($"Chromium is not installed (apt-get install chromium): it is none of {string.Join(", ", Places)}.");
        }

        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions(options ?? new() { ViewportSize = new() { Width = 1280, Height = 800 } })
        {
            BaseURL = address.ToString(),
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        return await context.NewPageAsync();
    }

    public async ValueTask InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } executable)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,

            // As root it needs to run without its own sandbox; it sees our pages only, and asks no other address for anything.
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
