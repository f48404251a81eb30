using GenreCloud.Client.Http;
using GenreCloud.Client.Models;

namespace GenreCloud.Client;

/// <content>How models fare.</content>
public sealed partial class InferenceClient
{
    /// <summary>Whether a model version is asked and answers as it did where it was measured.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public Task<ModelMonitor> GetModelMonitorAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.GetAsync<ModelMonitor>(ApiPath.Of($"api/models/{name}/versions/{version}/monitor"), cancellationToken);
}
