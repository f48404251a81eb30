using MudBlazor;

namespace GenreCloud.Dashboard.Components;

/// <summary>Asks before something is done.</summary>
internal static class Confirmations
{
    private static readonly DialogOptions Options = new() { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true };

    /// <returns>Whether to do it.</returns>
    /// <param name="title">The question.</param>
    /// <param name="text">What follows from it.</param>
    /// <param name="action">What the button says: a verb and what it does it to.</param>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string text, string action)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Title, title },
            { dialog => dialog.Text, text },
            { dialog => dialog.Action, action },
        };
        var shown = await dialogs.ShowAsync<ConfirmDialog>(title, parameters, Options);
        return await shown.Result is { Canceled: false };
    }
}
