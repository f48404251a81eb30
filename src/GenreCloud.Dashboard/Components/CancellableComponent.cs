using Microsoft.AspNetCore.Components;

namespace GenreCloud.Dashboard.Components;

/// <summary>A component whose work ends when nobody looks at it any more.</summary>
public abstract class CancellableComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    protected CancellableComponent() => Gone = _gone.Token;

    /// <summary>Cancelled when nobody looks at it any more; may be asked for then, too.</summary>
    protected CancellationToken Gone { get; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
