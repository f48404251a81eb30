using Microsoft.JSInterop;

namespace GenreCloud.Dashboard.Tests;

/// <summary>The session storage of a browser's window.</summary>
internal sealed class WindowStorage : IJSRuntime
{
    private readonly Dictionary<string, string> _items = [];

    /// <summary>What is kept, by its name.</summary>
    public IReadOnlyDictionary<string, string> Items => _items;

    /// <summary>Whether the browser keeps nothing.</summary>
    public bool IsFull { get; set; }

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
    {
        var name = (string)args![0]!;
        switch (identifier)
        {
            case "sessionStorage.getItem":
                return ValueTask.FromResult((TValue)(object)_items.GetValueOrDefault(name)!);
            case "sessionStorage.setItem" when IsFull:
                return ValueTask.FromException<TValue>(new JSException("QuotaExceededError"));
            case "sessionStorage.setItem":
                _items[name] = (string)args[1]!;
                break;
            default:
                _items.Remove(name);
                break;
        }

        return ValueTask.FromResult<TValue>(default!);
    }
}
