using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>Looks into container sources.</summary>
internal static class StoredFiles
{
    /// <summary>Where the blocks of the only file that is being staged begin; none where there is no such file.</summary>
    public static async Task<IReadOnlyList<long>> BlocksAsync(StorageAccount account, CancellationToken cancellationToken)
    {
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Sources);
        var options = new GetBlobsOptions { States = BlobStates.Uncommitted, Prefix = StagedBlocks.UploadingPrefix };
        var names = new List<string>();
        await foreach (var blob in container.GetBlobsAsync(options, cancellationToken))
        {
            if (!Path.HasExtension(blob.Name))
            {
                names.Add(blob.Name[StagedBlocks.UploadingPrefix.Length..]);
            }
        }

        return names.Count == 0
            ? []
            : [.. (await new StagedBlocks(container, names.Single(), TimeProvider.System).ListAsync(cancellationToken)).Blocks.Select(block => block.Offset)];
    }
}
