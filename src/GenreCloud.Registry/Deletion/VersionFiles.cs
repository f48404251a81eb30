using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace GenreCloud.Registry;

/// <summary>Takes the files of deleted versions away.</summary>
internal static class VersionFiles
{
    /// <summary>
    /// Deletes the files of versions. The card goes first, so that nobody here sees half a version, and model.onnx last: a folder of a version that lacks it
    /// would be an error to Triton, and with its last file a folder is gone. May be done again, and by several at once.
    /// </summary>
    public static async Task DeleteAsync(
        BlobContainerClient container, string model, IReadOnlyCollection<int> versions, CancellationToken cancellationToken)
    {
        if (versions.Count == 0)
        {
            return;
        }

        var files = new List<(string Name, string File)>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{model}/" }, cancellationToken))
        {
            if (blob.Name.Split('/') is [_, var number, var file] && ModelRegistry.TryParseVersion(number, out var version) && versions.Contains(version))
            {
                files.Add((blob.Name, file));
            }
        }

        foreach (var (name, _) in files.OrderBy(file => file.File switch { ModelRegistry.CardName => 0, ModelRegistry.OnnxName => 2, _ => 1 }))
        {
            await container.GetBlobClient(name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
        }
    }
}
