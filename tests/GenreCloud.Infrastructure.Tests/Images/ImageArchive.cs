using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace GenreCloud.Infrastructure.Tests.Images;

/// <summary>A container image in a file, in the layout of the Open Container Initiative.</summary>
/// <param name="Configuration">What a container of the image runs, as whom and with what.</param>
/// <param name="Files">The files of its last layer, which holds the application.</param>
internal sealed record ImageArchive(JsonObject Configuration, IReadOnlyDictionary<string, UnixFileMode> Files)
{
    public static async Task<ImageArchive> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("genrecloud-image-");
        try
        {
            await TarFile.ExtractToDirectoryAsync(path, folder.FullName, overwriteFiles: false, cancellationToken);
            var index = await ReadJsonAsync("index.json");
            var manifest = await ReadJsonAsync(Blob(index["manifests"]!.AsArray().Single()!));
            var image = await ReadJsonAsync(Blob(manifest["config"]!));

            var files = new Dictionary<string, UnixFileMode>();
            await using var layer = File.OpenRead(Path.Combine(folder.FullName, Blob(manifest["layers"]!.AsArray()[^1]!)));
            await using var tar = new TarReader(new GZipStream(layer, CompressionMode.Decompress));
            while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile)
                {
                    files[$"/{entry.Name.TrimStart('/')}"] = entry.Mode;
                }
            }

            return new ImageArchive(image["config"]!.AsObject(), files);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<JsonObject> ReadJsonAsync(string name) =>
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, name), cancellationToken))!.AsObject();

        static string Blob(JsonNode descriptor) => Path.Combine("blobs", descriptor["digest"]!.GetValue<string>().Replace(':', '/'));
    }
}
