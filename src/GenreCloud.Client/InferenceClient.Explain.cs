using GenreCloud.Client.Classify;
using GenreCloud.Client.Http;

namespace GenreCloud.Client;

/// <content>What an answer rests on.</content>
public sealed partial class InferenceClient
{
    /// <summary>Tells which moments and bands made a model take a song or a spectrogram for its genre. Takes a hundred times as long as to classify it.</summary>
    /// <param name="file">A song of at least 3 s, or the PNG of a spectrogram.</param>
    /// <param name="options">Which model, which label, which segment; null for the version in production and the most probable label.</param>
    /// <exception cref="GenreCloudException">The service does not answer it, and says why.</exception>
    public async Task<Explanation> ExplainAsync(MusicFile file, ExplainOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var content = file.Features is null ? file.ToContent() : MusicForm.Of([file]);
        var path = ApiPath.Query(
            "api/classify/why",
            ("model", options?.Model),
            ("version", options?.Version),
            ("alias", options?.Alias),
            ("label", options?.Label),
            ("segment", options?.Segment));
        return (await _api.SendAsync<Explanation>(HttpMethod.Post, path, content, ifMatch: null, cancellationToken).ConfigureAwait(false)).Value;
    }
}
