using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Forwarding;

/// <summary>Which service serves what a browser asks the dashboard's own address for.</summary>
internal static class ForwardedPaths
{
    /// <summary>The first segments of the paths of each service.</summary>
    public static IReadOnlyDictionary<string, Service> All { get; } = new Dictionary<string, Service>
    {
        ["/api/datasets"] = Service.DatasetImport,
        ["/api/garbage"] = Service.DatasetImport,
        ["/api/imports"] = Service.DatasetImport,
        ["/api/uploads"] = Service.DatasetImport,
        ["/api/architectures"] = Service.Training,
        ["/api/checkpoints"] = Service.Training,
        ["/api/evaluations"] = Service.Training,
        ["/api/runs"] = Service.Training,
        ["/api/sweeps"] = Service.Training,
        ["/api/classify"] = Service.Inference,
        ["/api/keys"] = Service.Inference,
        ["/api/models"] = Service.Inference,
        ["/api/serving"] = Service.Inference,
        ["/api/spectrogram"] = Service.Inference,
        ["/api/webhooks"] = Service.Inference,
        ["/v2"] = Service.Inference,
    };

    /// <summary>The documents of the services; that of the dashboard itself, <c>/openapi/v1.json</c>, is empty.</summary>
    public static IReadOnlyDictionary<string, Service> Documents { get; } = new Dictionary<string, Service>
    {
        ["/openapi/dataset-import.json"] = Service.DatasetImport,
        ["/openapi/training.json"] = Service.Training,
        ["/openapi/inference.json"] = Service.Inference,
    };
}
