using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace GenreCloud.Dashboard.Components;

/// <summary>
/// Something that a service has: a place of the right height while it is loaded, itself when it is there, what to do when there is none, and what is wrong when
/// the service does not give it; a service that is down is asked again until it is back, with what was there last on the page meanwhile.
/// </summary>
/// <typeparam name="T">What is shown; as JSON where <see cref="PersistAs"/> is given.</typeparam>
public sealed class DataView<T> : CancellableComponent
    where T : notnull
{
    /// <summary>How long the first drawing of a page, which has no circuit yet, waits: what takes longer comes a moment later.</summary>
    private static readonly TimeSpan PrerenderPatience = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private PersistingComponentStateSubscription? _persisting;
    private T? _value;
    private Fault? _fault;
    private bool _hasValue;
    private object? _loadedFor;
    private int _loads;

    /// <summary>Asks a service; may throw what a typed client throws.</summary>
    [Parameter, EditorRequired]
    public Func<CancellationToken, Task<T>> Load { get; set; } = null!;

    /// <summary>Loads anew when this changes: what <see cref="Load"/> asks for, a tuple of the page's parameters.</summary>
    [Parameter]
    public object? For { get; set; }

    /// <summary>
    /// A name, of its own on the page, under which what was loaded for the first drawing is handed over to the circuit, which then need not load it again. Only
    /// for what is the same after a trip through JSON: a member that JSON ignores, as an ETag, would be lost.
    /// </summary>
    [Parameter]
    public string? PersistAs { get; set; }

    /// <summary>How often it is loaded again; null for what does not change, or is followed otherwise.</summary>
    [Parameter]
    public TimeSpan? RefreshEvery { get; set; }

    /// <summary>The height that is kept free while it is loaded: a CSS length.</summary>
    [Parameter]
    public string MinHeight { get; set; } = "12rem";

    [Parameter, EditorRequired]
    public RenderFragment<T> ChildContent { get; set; } = null!;

    /// <summary>Whether there is nothing in it to show; <see cref="Empty"/> is shown then.</summary>
    [Parameter]
    public Func<T, bool>? IsEmpty { get; set; }

    [Parameter]
    public RenderFragment? Empty { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private PersistentComponentState State { get; set; } = null!;

    /// <summary>Loads again, after something was changed.</summary>
    public Task ReloadAsync() => LoadAsync();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _persisting?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _loadedFor = For;
        if (PersistAs is { } name)
        {
            _persisting = State.RegisterOnPersisting(() =>
            {
                if (_hasValue)
                {
                    State.PersistAsJson(name, _value);
                }

                return Task.CompletedTask;
            });
            if (State.TryTakeFromJson<T>(name, out var kept) && kept is not null)
            {
                (_value, _hasValue) = (kept, true);
                return;
            }
        }

        var loading = LoadAsync();
        await (RendererInfo.IsInteractive ? loading : Task.WhenAny(loading, Task.Delay(PrerenderPatience, Time)));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!Equals(_loadedFor, For))
        {
            _loadedFor = For;
            (_value, _hasValue, _fault) = (default, false, null);
            await LoadAsync();
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = RefreshAsync();
        }
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (_fault is not null)
        {
            builder.OpenComponent<FaultNotice>(0);
            builder.AddComponentParameter(1, nameof(FaultNotice.Value), _fault);
            builder.AddComponentParameter(2, nameof(FaultNotice.GoesOn), true);
            builder.CloseComponent();
        }

        if (_hasValue)
        {
            builder.OpenElement(3, "div");
            builder.AddAttribute(4, "class", _fault is null ? null : "stale");
            builder.AddContent(5, Empty is not null && IsEmpty?.Invoke(_value!) == true ? Empty : ChildContent(_value!));
            builder.CloseElement();
        }
        else if (_fault is null or { IsPassing: true })
        {
            builder.OpenElement(6, "div");
            builder.AddAttribute(7, "class", "waiting");
            builder.AddAttribute(8, "style", $"min-height: {MinHeight}");
            builder.AddAttribute(9, "role", "status");
            builder.AddAttribute(10, "aria-label", "Loading");
            builder.CloseElement();
        }
    }

    private async Task RefreshAsync()
    {
        while (!Gone.IsCancellationRequested)
        {
            await Task.Delay(_fault is { IsPassing: true } ? RetryInterval : RefreshEvery ?? RetryInterval, Time, Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!Gone.IsCancellationRequested && (_fault is { IsPassing: true } || RefreshEvery is not null))
            {
                await InvokeAsync(LoadAgainAsync);
            }
        }
    }

    /// <summary>Nobody waits for it: what is no fault of a service goes to who shows the errors of a page, rather than to end the refreshing unseen.</summary>
    private async Task LoadAgainAsync()
    {
        try
        {
            await LoadAsync();
            StateHasChanged();
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private async Task LoadAsync()
    {
        var load = ++_loads;
        try
        {
            var value = await Load(Gone);
            if (load == _loads)
            {
                (_value, _hasValue, _fault) = (value, true, null);
            }
        }
        catch (Exception) when (Gone.IsCancellationRequested)
        {
            // Nobody looks at it any more.
        }
        catch (Exception exception) when (Fault.Of(exception) is { } fault)
        {
            if (load == _loads)
            {
                _fault = fault;
                _hasValue = _hasValue && fault.IsPassing;
            }
        }
    }
}
