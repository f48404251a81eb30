using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.JSInterop;

namespace GenreCloud.Dashboard.Components;

/// <summary>
/// What was typed into a form, in the browser's window (encrypted), so that neither a restart of the dashboard nor a reload loses it. A form keeps itself at every
/// change, restores itself once it is drawn (<c>OnAfterRenderAsync(firstRender: true)</c>), and forgets itself when it was sent.
/// </summary>
public sealed class FormMemory(ProtectedSessionStorage storage)
{
    /// <param name="form">Its name: "import".</param>
    /// <param name="values">As JSON.</param>
    public async Task KeepAsync<T>(string form, T values)
        where T : class
    {
        try
        {
            await storage.SetAsync(KeyOf(form), values);
        }
        catch (JSException)
        {
            // A browser that keeps nothing, or has no room.
        }
    }

    /// <summary>What was typed; null when nothing was, or when a newer version of the form cannot read it.</summary>
    public async Task<T?> RestoreAsync<T>(string form)
        where T : class
    {
        try
        {
            return (await storage.GetAsync<T>(KeyOf(form))).Value;
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException or JSException)
        {
            return null;
        }
    }

    public async Task ForgetAsync(string form) => await storage.DeleteAsync(KeyOf(form));

    private static string KeyOf(string form) => $"form-{form}";
}
