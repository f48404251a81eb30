namespace GenreCloud.Dashboard.Upstream;

/// <summary>A service that the dashboard is a client of.</summary>
public enum Service
{
    DatasetImport,
    Training,
    Inference,
}

internal static class ServiceNames
{
    /// <summary>What it is called in a sentence: "import service".</summary>
    public static string DisplayName(this Service service) => service switch
    {
        Service.DatasetImport => "import service",
        Service.Training => "training service",
        _ => "inference service",
    };
}
