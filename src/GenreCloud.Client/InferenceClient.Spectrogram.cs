using System.Globalization;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Http;

namespace GenreCloud.Client;

/// <content>What models see of a song.</content>
public sealed partial class InferenceClient
{
    /// <summary>Draws the spectrogram of a song.</summary>
    /// <param name="file">A song of at least 3 s, or the PNG of a spectrogram.</param>
    /// <param name="segment">Of <see cref="Classification.Segments"/>, from 0; null for the whole song.</param>
    /// <exception cref="GenreCloudException">The service does not answer it, and says why.</exception>
    public async Task<SongPicture> DrawSpectrogramAsync(MusicFile file, int? segment = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var content = file.ToContent();
        using var response = await _api.OpenAsync(
            HttpMethod.Post, ApiPath.Query("api/spectrogram", ("segment", segment)), content, prepare: null, cancellationToken).ConfigureAwait(false);
        return new SongPicture(
            await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), Seconds(response, "X-Start-Seconds"), Seconds(response, "X-End-Seconds"));
    }

    private static double Seconds(HttpResponseMessage response, string header) =>
        double.Parse(response.Headers.GetValues(header).Single(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
