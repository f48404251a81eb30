using Microsoft.AspNetCore.Components;

namespace GenreCloud.Dashboard.Components;

/// <summary>
/// A page that follows a service's events as long as it is looked at. The typed clients go on where a line broke; what they give up on is asked for anew here,
/// with <see cref="Fault"/> on the page meanwhile.
/// </summary>
public abstract class LiveComponent : CancellableComponent
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private RenderPace? _pace;
    private CancellationTokenSource? _following;

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    /// <summary>Why there are no news; null while all is well. A page shows it with <see cref="FaultNotice"/>.</summary>
    protected Fault? Fault { get; private set; }

    /// <summary>
    /// Follows events to their end, and draws what changes at most four times a second. Does nothing before there is a circuit; following something else ends the
    /// following of what was followed before.
    /// </summary>
    /// <param name="events">Of a typed client: <c>ct => Training.FollowRunAsync(Id, ct)</c>.</param>
    /// <param name="apply">Takes an event in; called where components may be changed.</param>
    protected void Follow<TEvent>(Func<CancellationToken, IAsyncEnumerable<TEvent>> events, Action<TEvent> apply)
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        _following?.Cancel();
        _following?.Dispose();
        _following = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        var cancellationToken = _following.Token;
        _ = InvokeAsync(() => FollowAsync(events, apply, cancellationToken));
    }

    /// <summary>Draws soon.</summary>
    protected void Changed() => (_pace ??= new RenderPace(Time, () => _ = InvokeAsync(StateHasChanged))).Changed();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _following?.Dispose();
        _pace?.Dispose();
    }

    private async Task FollowAsync<TEvent>(Func<CancellationToken, IAsyncEnumerable<TEvent>> events, Action<TEvent> apply, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var one in events(cancellationToken).WithCancellation(cancellationToken))
                {
                    Fault = null;
                    apply(one);
                    Changed();
                }

                return;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (Fault.Of(exception) is { } fault)
            {
                Fault = fault;
                Changed();
                if (!fault.IsPassing)
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                await DispatchExceptionAsync(exception);
                return;
            }

            await Task.Delay(RetryInterval, Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
