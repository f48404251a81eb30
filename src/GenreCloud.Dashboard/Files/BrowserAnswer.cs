namespace GenreCloud.Dashboard.Files;

/// <summary>What a service answered the browser, which sent it a file or asked for one.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Text">The body.</param>
public sealed record BrowserAnswer(int Status, string Text)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
