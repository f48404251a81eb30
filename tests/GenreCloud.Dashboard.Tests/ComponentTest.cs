using Bunit;
using GenreCloud.Client;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Files;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;

namespace GenreCloud.Dashboard.Tests;

/// <summary>A test of components, with a clock of its own, as they are in a circuit.</summary>
public abstract class ComponentTest : BunitContext
{
    protected ComponentTest()
    {
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddMudServices();
        Services.AddSingleton(_ => new TrainingClient(ServiceClient));
        Services.AddSingleton(_ => new InferenceClient(ServiceClient));
        Services.AddSingleton(_ => new DatasetImportClient(ServiceClient));
        Services.AddSingleton(_ => new FormMemory(new ProtectedSessionStorage(Window, new EphemeralDataProtectionProvider())));
        Services.AddSingleton<BrowserFiles>();
        JSInterop.Mode = JSRuntimeMode.Loose;
        this.AddBunitPersistentComponentState();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    /// <summary>Reaches the service that the components of a test call; to be set before they are drawn.</summary>
    protected HttpClient ServiceClient { get; set; } = null!;

    /// <summary>What the browser's window remembers, of all pages of a test.</summary>
    internal WindowStorage Window { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Lets time pass until something holds: what a service answers comes when it comes.</summary>
    protected async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken);
        }
    }

    protected static CancellationToken CancellationToken => Xunit.TestContext.Current.CancellationToken;
}
