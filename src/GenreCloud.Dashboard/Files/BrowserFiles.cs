using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace GenreCloud.Dashboard.Files;

/// <summary>
/// What only the browser can do with files (wwwroot/files.js): big ones go from there straight to a service at the page's own address, never through the circuit.
/// </summary>
public sealed class BrowserFiles(IJSRuntime browser) : IAsyncDisposable
{
    private const string Module = "/_content/GenreCloud.Dashboard/files.js";

    private IJSObjectReference? _module;

    /// <summary>Writes to the clipboard.</summary>
    /// <returns>Whether the browser let it.</returns>
    public async Task<bool> CopyAsync(string text) => await (await ModuleAsync()).InvokeAsync<bool>("copy", text);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, with all that it had.
        }
    }

    internal async Task WatchAsync(ElementReference zone, DotNetObjectReference<FileDrop> page) => await (await ModuleAsync()).InvokeVoidAsync("watch", zone, page);

    internal Task<BrowserAnswer> SendAsync(ElementReference zone, string method, string path, string? contentType, CancellationToken cancellationToken) =>
        TransferAsync(zone, "send", [zone, method, path, contentType], cancellationToken);

    internal Task<BrowserAnswer> SendPartsAsync(ElementReference zone, string path, CancellationToken cancellationToken) =>
        TransferAsync(zone, "sendParts", [zone, path], cancellationToken);

    internal async Task<string?> UrlAsync(ElementReference zone) => await (await ModuleAsync()).InvokeAsync<string?>("url", zone);

    /// <summary>The address of a picture of the chosen file in this browser window: of itself, or of what a service makes of it.</summary>
    /// <param name="path">Of the service, which gets the file as the body; null for the file itself.</param>
    /// <returns>Null when the service makes none.</returns>
    internal async Task<string?> PictureAsync(ElementReference zone, string? path) => await (await ModuleAsync()).InvokeAsync<string?>("picture", Timeout.InfiniteTimeSpan, zone, path);

    /// <summary>Chooses a file that a service has; what the page does with it is waited for, however long it takes.</summary>
    internal async Task<BrowserAnswer> ChooseAsync(ElementReference zone, string path, string name) =>
        await (await ModuleAsync()).InvokeAsync<BrowserAnswer>("choose", Timeout.InfiniteTimeSpan, zone, path, name);

    /// <summary>Ends what is sent, and gives the memory of the chosen file and its pictures back.</summary>
    /// <param name="input">The id of the place's input: the place itself is gone from the page by then.</param>
    internal async Task ForgetAsync(string input)
    {
        try
        {
            if (_module is not null)
            {
                await _module.InvokeVoidAsync("forget", input);
            }
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // The browser is gone, with all that it had.
        }
    }

    internal async Task<IJSObjectReference> ModuleAsync() => _module ??= await browser.InvokeAsync<IJSObjectReference>("import", Module);

    private async Task<BrowserAnswer> TransferAsync(ElementReference zone, string function, object?[] arguments, CancellationToken cancellationToken)
    {
        var module = await ModuleAsync();
        await using var stop = cancellationToken.Register(() => _ = module.InvokeVoidAsync("abort", zone).AsTask());

        // However long it takes: it ends with its own error, or is cancelled.
        return await module.InvokeAsync<BrowserAnswer>(function, Timeout.InfiniteTimeSpan, arguments);
    }
}
