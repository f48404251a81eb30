using System.Security.Claims;
using Bunit;
using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Access;
using GenreCloud.Dashboard.Files;
using GenreCloud.Dashboard.Try;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;

namespace GenreCloud.Dashboard.Tests.Try;

public sealed class TrialTests : ComponentTest
{
    private const string Files = "/_content/GenreCloud.Dashboard/files.js";
    private const string Answer = """{"model":"genres","version":1,"predictions":[{"label":"rock","probability":0.9}],"durationMs":3}""";

    private static readonly Model[] Models = [new("genres", [1], new Dictionary<string, int> { ["production"] = 1 })];

    private readonly StubService _service = new();

    public TrialTests()
    {
        _service.Answer("/api/datasets", new[] { new { name = "genres", versions = new[] { 1 }, details = Array.Empty<object>(), deleted = Array.Empty<object>() } });
        _service.Answer("/api/datasets/genres/1", new { name = "genres", version = 1, labels = new[] { "rock" }, samplesPerLabel = new { rock = 1 } });
        _service.Answer("/api/datasets/genres/1/samples", new[] { new { id = "a", label = "rock" } });
        ServiceClient = _service.Client;
    }

    [Theory]
    [InlineData(0, "The connection to GenreCloud broke")]
    [InlineData(502, "The import service does not answer")]
    public async Task A_sample_that_does_not_come_is_told_and_the_page_goes_on(int status, string title)
    {
        var choosing = JSInterop.SetupModule(Files).Setup<BrowserAnswer>("choose", _ => true);
        var trial = Render<Trial>(parameters => parameters.Add(t => t.Models, Models));
        await PickAsync(trial);

        choosing.SetResult(new BrowserAnswer(status, """{"status":502,"title":"The import service does not answer","detail":"It is down."}"""));

        await UntilAsync(() => trial.FindAll(".notice-title") is [var told] && told.TextContent == title);
        trial.Markup.ShouldNotContain("goes on by itself");
        trial.FindAll(".drop").Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_breaks_in_the_browser_is_told_too()
    {
        JSInterop.SetupModule(Files).Setup<BrowserAnswer>("choose", _ => true).SetException(new Microsoft.JSInterop.JSException("broken"));
        var trial = Render<ErrorBoundary>(boundary => boundary.AddChildContent<Trial>(parameters => parameters.Add(t => t.Models, Models)));

        await PickAsync(trial);

        await UntilAsync(() => trial.FindAll(".notice-title") is [var told] && told.TextContent == "The connection to GenreCloud broke");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_had_to_sign_in_copies_a_place_for_the_key(bool signedIn)
    {
        var module = JSInterop.SetupModule(Files);
        module.Setup<BrowserAnswer>("send", _ => true).SetResult(new BrowserAnswer(200, Answer));
        var copying = module.Setup<bool>("copy", _ => true);
        copying.SetResult(true);
        var viewer = signedIn ? SignedInKey.AddTo(new ClaimsPrincipal(), "secret") : new ClaimsPrincipal();
        var trial = Render<Trial>(parameters => parameters.Add(t => t.Models, Models).AddCascadingValue(Task.FromResult(new AuthenticationState(viewer))));

        await trial.InvokeAsync(() => trial.FindComponent<FileDrop>().Instance.Chosen("a.mp3", 10, "audio/mpeg"));
        await UntilAsync(() => trial.FindAll("button").Any(button => button.TextContent.Contains("curl", StringComparison.Ordinal)));
        await trial.InvokeAsync(() => trial.FindAll("button").Single(button => button.TextContent.Contains("curl", StringComparison.Ordinal)).ClickAsync());

        var copied = (string)copying.Invocations.Single().Arguments[0]!;
        copied.Contains("-H 'X-Api-Key: YOUR_KEY'", StringComparison.Ordinal).ShouldBe(signedIn);
        copied.ShouldNotContain("secret");
    }

    private async Task PickAsync<T>(IRenderedComponent<T> page)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        await page.InvokeAsync(() => page.Find("details.samples").TriggerEventAsync("ontoggle", EventArgs.Empty));
        await UntilAsync(() => page.FindAll("button.sample").Count == 1);
        _ = page.InvokeAsync(() => page.Find("button.sample").ClickAsync());
    }
}
