using System.Globalization;
using System.Text;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.Benchmarks.Serving;

/// <summary>Everything that clients ask the inference service: mostly pictures, and songs, batches, explanations, and both forms of the Open Inference Protocol.</summary>
internal static class MixedRequests
{
    private const int SongSeconds = 60;
    private const int SongRate = 22_050;

    public static IReadOnlyList<LoadRequest> Of(string model, IReadOnlyList<byte[]> pngs)
    {
        var song = NoiseWav.Make(SongRate, SongSeconds);
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(pngs[0], pixels);
        var json = Encoding.UTF8.GetBytes(
            $$"""{"inputs":[{"name":"spectrogram","datatype":"UINT8","shape":[1,128,1292],"data":[{{string.Join(',', pixels.Select(pixel => pixel.ToString(CultureInfo.InvariantCulture)))}}]}]}""");
        return
        [
            .. pngs.Select(png => new LoadRequest($"/api/classify?model={model}", () => LoadRequest.File(png, "image/png"))),
            new LoadRequest($"/api/classify?model={model}", () => LoadRequest.File(song, "audio/wav")),
            new LoadRequest($"/api/classify/batch?model={model}", () => Batch([.. pngs, song])),
            new LoadRequest($"/api/classify/why?model={model}", () => LoadRequest.File(song, "audio/wav")),
            new LoadRequest($"/v2/models/{model}/infer", () => LoadRequest.File(json, "application/json")),
            new LoadRequest($"/v2/models/{model}/infer", () => Binary(pixels)),
        ];
    }

    private static MultipartFormDataContent Batch(IReadOnlyList<byte[]> files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(LoadRequest.File(file, "application/octet-stream"), "file", "file");
        }

        return form;
    }

    private static ByteArrayContent Binary(byte[] pixels)
    {
        var content = LoadRequest.File(pixels, "application/octet-stream");
        content.Headers.Add("Inference-Header-Content-Length", "0");
        return content;
    }
}
