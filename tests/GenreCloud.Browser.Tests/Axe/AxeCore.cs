using System.Diagnostics;
using System.Text.Json;
using GenreCloud.LocalTools.Npm;
using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests.Axe;

/// <summary>axe-core, which finds what keeps people from using a page: installed from npm once a checkout, pinned by hash.</summary>
internal static class AxeCore
{
    /// <summary>What is serious or critical on a page, by axe's rules for WCAG 2.2 AA, the one for targets that are too small to hit included, and by its best practices: rule, and where.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IPage page)
    {
        // As a debugger does it: the page's own policy keeps others' scripts out.
        await page.EvaluateAsync(await InstallAsync());
        var found = await page.EvaluateAsync<JsonElement>("""
            async () => (await axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })).violations
              .filter(rule => ['serious', 'critical'].includes(rule.impact))
              .map(rule => `${rule.id} (${rule.help}): ${rule.nodes.map(node => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join('; ')}`)
            """);
        return [.. found.EnumerateArray().Select(text => text.GetString()!)];
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(AzuriteFixture.LocalApplicationData, "axe");
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(script))
        {
            var tools = await NodeTools.FindAsync("It installs axe-core, which checks the pages.", CancellationToken.None);
            Directory.CreateDirectory(folder);
            foreach (var file in (string[])["package.json", "package-lock.json"])
            {
                File.Copy(Path.Combine(RepositoryRoot.Path, "tests", "GenreCloud.Browser.Tests", "Axe", file), Path.Combine(folder, file), overwrite: true);
            }

            using var npm = Process.Start(new ProcessStartInfo(tools.Npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync();
            npm.ExitCode.ShouldBe(0, string.Concat(output));
        }

        return await File.ReadAllTextAsync(script);
    }
}
