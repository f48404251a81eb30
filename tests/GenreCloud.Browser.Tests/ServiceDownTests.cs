using GenreCloud.Testing;

namespace GenreCloud.Browser.Tests;

/// <summary>The dashboard as a process of its own, and services that come and go.</summary>
public sealed class ServiceDownTests(Chromium chromium, AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_says_which_service_is_down_and_goes_on_when_it_is_back()
    {
        var account = azurite.NewAccount();
        (string, string)[] storage = [("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString)];
        await using var services = new Standalone(storage);
        await services.StartAsync(CancellationToken);
        var address = services.Address.ToString();
        await using var dashboard = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Dashboard"),
            ["--urls", "http://127.0.0.1:0"],
            [.. storage, ("Dashboard__DatasetImportUrl", address), ("Dashboard__TrainingUrl", address), ("Dashboard__InferenceUrl", address)]);
        var page = await chromium.OpenAsync(await dashboard.WaitForAddressAsync(CancellationToken));
        await page.OpenAsync("/overview", "Overview");
        (await page.Locator(".state-healthy").Nth(2).InnerTextAsync()).ShouldBe("Healthy");

        await services.KillAsync();

        await page.GetByText("The inference service does not answer").First.WaitForAsync();
        await page.GetByText("The training service does not answer").First.WaitForAsync();
        await page.Locator(".state-down").First.WaitForAsync();
        await page.OpenAsync("/", "Try it");
        await page.GetByText("The inference service does not answer").WaitForAsync();

        await services.StartAsync(CancellationToken);

        await page.GetByText("Welcome to GenreCloud").WaitForAsync(new() { Timeout = 60_000 });
        (await page.GetByText("The inference service does not answer").CountAsync()).ShouldBe(0);
        await page.Context.CloseAsync();
    }
}
