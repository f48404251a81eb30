namespace GenreCloud.Dashboard.Components;

public enum NoticeSeverity
{
    Info,
    Success,
    Warning,
    Error,
}
