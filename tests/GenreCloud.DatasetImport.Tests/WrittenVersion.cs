using System.Text;
using System.Text.Json.Nodes;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>What lies in storage of a dataset version, byte for byte.</summary>
internal static class WrittenVersion
{
    /// <summary>
    /// The version's files by name, without the reservation: it names the import. The manifest is without what it has of the time and of
    /// the version's number.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(StorageAccount account, string dataset, int version)
    {
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets);
        var prefix = $"{dataset}/{version}/";
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var blob in container.GetBlobsAsync(new() { Prefix = prefix }, TestContext.Current.CancellationToken))
        {
            var content = await container.GetBlobClient(blob.Name).DownloadContentAsync(TestContext.Current.CancellationToken);
            files.Add(blob.Name[prefix.Length..], content.Value.Content.ToArray());
        }

        files.Remove("reservation.json");
        var manifest = JsonNode.Parse(files["manifest.json"]).ShouldNotBeNull().AsObject();
        manifest.Remove("created");
        manifest.Remove("version");
        files["manifest.json"] = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        return files;
    }

    public static void ShouldBe(this IReadOnlyDictionary<string, byte[]> files, IReadOnlyDictionary<string, byte[]> expected, string message)
    {
        files.Keys.ShouldBe(expected.Keys, message);
        foreach (var (name, content) in files)
        {
            content.AsSpan().SequenceEqual(expected[name]).ShouldBeTrue($"{name} differs. {message}");
        }
    }
}
