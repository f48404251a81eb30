using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Overview;

/// <summary>A run in a list; a run itself has all its epochs.</summary>
internal sealed record RunLine(string Id, string Architecture, string Dataset, int Version, string Status, double? Top1, DateTimeOffset CreatedAt)
{
    public static RunLine Of(Run run) => new(
        run.Id, run.Settings.Architecture, run.Settings.Dataset, run.Settings.Version, run.Status.ToString().ToLowerInvariant(), run.Result?.Top1, run.CreatedAt);
}
