using System.ComponentModel.DataAnnotations;

namespace GenreCloud.Dashboard;

/// <summary>Settings of the dashboard, read from the configuration section <c>Dashboard</c>: where the services are.</summary>
public sealed class DashboardOptions
{
    /// <summary>
    /// Whether the services are served by this same process, as Standalone does: they are called at the server's own address then, and nothing is forwarded.
    /// </summary>
    public bool ServicesInProcess { get; set; }

    /// <summary>Where the import service is; a name alone is found by service discovery.</summary>
    [Url]
    public string DatasetImportUrl { get; set; } = "http://dataset-import";

    /// <summary>Where the training service is; a name alone is found by service discovery.</summary>
    [Url]
    public string TrainingUrl { get; set; } = "http://training";

    /// <summary>Where the inference service is; a name alone is found by service discovery.</summary>
    [Url]
    public string InferenceUrl { get; set; } = "http://inference";

    /// <summary>Where the traces of the services are shown, for a link; none unless given.</summary>
    [Url]
    public string? TracesUrl { get; set; }
}
