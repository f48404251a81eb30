using System.Xml.Linq;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace GenreCloud.Dashboard.Access;

/// <summary>
/// The keys that cookies and forms are encrypted with, in <c>dashboard/protection-keys/</c>: the same for all replicas, and there after a restart. Each is a blob
/// of its own, made once, so that replicas that start together lose none. The storage encrypts them at rest, and only the dashboard may read them.
/// </summary>
internal sealed class ProtectionKeys(BlobServiceClient blobs) : IXmlRepository
{
    private const string Folder = "protection-keys/";

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Dashboard);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            return [.. _container.GetBlobs(BlobTraits.None, BlobStates.None, Folder, CancellationToken.None).Select(blob => Read(blob.Name))];
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }
    }

    public void StoreElement(XElement element, string friendlyName) =>
        _container.GetBlobClient($"{Folder}{friendlyName}.xml").Upload(
            BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)),
            new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } });

    private XElement Read(string name) => XElement.Parse(_container.GetBlobClient(name).DownloadContent().Value.Content.ToString());
}
