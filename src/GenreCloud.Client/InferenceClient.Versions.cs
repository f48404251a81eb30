using GenreCloud.Client.Http;
using GenreCloud.Client.Models;

namespace GenreCloud.Client;

/// <content>What is in a model version.</content>
public sealed partial class InferenceClient
{
    /// <summary>What a model version computes: the nodes of its ONNX graph with their shapes.</summary>
    /// <exception cref="GenreCloudException">404: there is no such model or version.</exception>
    public Task<ModelGraph> GetModelGraphAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _api.GetAsync<ModelGraph>(ApiPath.Of($"api/models/{name}/versions/{version}/graph"), cancellationToken);
}
