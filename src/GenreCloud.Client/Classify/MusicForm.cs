using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace GenreCloud.Client.Classify;

/// <summary>Files as a form, each with its features before it.</summary>
internal static class MusicForm
{
    public static MultipartFormDataContent Of(IEnumerable<MusicFile> files)
    {
        var form = new MultipartFormDataContent();
        try
        {
            foreach (var file in files)
            {
                if (file.Features is { } features)
                {
                    form.Add(JsonContent.Create(features, options: TrackFeatures.Json), "features");
                }

                var content = file.ToContent();
                content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "file", FileName = file.Name is null ? null : $"\"{Quotable(file.Name)}\"", FileNameStar = file.Name };
                form.Add(content);
            }

            return form;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    /// <summary>For servers that do not know the other notation, which has the name as it is.</summary>
    private static string Quotable(string name) => string.Concat(name.Select(character => character is >= ' ' and <= '~' and not '"' and not '\\' ? character : '_'));
}
