using GenreCloud.Dashboard.Components;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.AspNetCore.DataProtection;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class FormMemoryTests
{
    private readonly WindowStorage _window = new();
    private readonly EphemeralDataProtectionProvider _protection = new();

    [Fact]
    public async Task What_was_typed_is_there_after_a_restart_and_no_one_else_can_read_it()
    {
        await Memory().KeepAsync("a", new Typed("secret"));

        (await Memory().RestoreAsync<Typed>("a")).ShouldBe(new Typed("secret"));
        (await Memory().RestoreAsync<Typed>("b")).ShouldBeNull();
        _window.Items.Single().Key.ShouldBe("form-a");
        _window.Items.Single().Value.ShouldNotContain("secret");
    }

    [Fact]
    public async Task What_was_sent_is_forgotten()
    {
        await Memory().KeepAsync("a", new Typed("text"));

        await Memory().ForgetAsync("a");

        (await Memory().RestoreAsync<Typed>("a")).ShouldBeNull();
        _window.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_read_any_more_was_never_there()
    {
        await Memory().KeepAsync("a", new Typed("text"));

        var other = new FormMemory(new ProtectedSessionStorage(_window, new EphemeralDataProtectionProvider()));

        (await other.RestoreAsync<Typed>("a")).ShouldBeNull();
        (await Memory().RestoreAsync<IReadOnlyList<int>>("a")).ShouldBeNull();
    }

    [Fact]
    public async Task A_browser_that_keeps_nothing_breaks_nothing()
    {
        _window.IsFull = true;

        await Memory().KeepAsync("a", new Typed("text"));

        (await Memory().RestoreAsync<Typed>("a")).ShouldBeNull();
    }

    private FormMemory Memory() => new(new ProtectedSessionStorage(_window, _protection));

    private sealed record Typed(string Text);
}
