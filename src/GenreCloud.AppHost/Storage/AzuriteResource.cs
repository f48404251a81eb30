using GenreCloud.LocalTools.Azurite;
using GenreCloud.LocalTools.Npm;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.AppHost.Storage;

/// <summary>Azurite as a process beside the services: it needs Node.js, and no container engine.</summary>
internal static class AzuriteResource
{
    private static readonly AzuriteAccount Account = AzuriteAccount.Development;

    /// <summary>
    /// Adds Azurite, installed from the pinned lock file when it starts for the first time, on ports that are free. It keeps
    /// its data in the folder that the setting <c>DataDirectory</c> names, and goes on with what it finds there.
    /// </summary>
    public static StorageResources AddAzurite(this IDistributedApplicationBuilder builder)
    {
        var directory = builder.Configuration["DataDirectory"] is { Length: > 0 } configured
            ? Path.GetFullPath(configured, builder.AppHostDirectory)
            : Path.Combine(Path.GetDirectoryName(NpmPackages.DefaultDirectory)!, "aspire");
        builder.Services.AddSingleton(_ => DataDirectory.Take(directory));
        builder.OnBeforeStart((started, _) =>
        {
            started.Services.GetRequiredService<DataDirectory>();
            return Task.CompletedTask;
        });

        // Unsigned requests are refused; that it refuses shows that it answers.
        var answers = $"/{Account.Name}?comp=list";
        var azurite = builder.AddExecutable("storage", "node", builder.AppHostDirectory)
            .WithIconName("HardDrive")
            .WithHttpEndpoint(name: "blob")
            .WithHttpEndpoint(name: "queue")
            .WithUrlForEndpoint("blob", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithUrlForEndpoint("queue", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithHttpHealthCheck(answers, statusCode: 403, endpointName: "blob")
            .WithHttpHealthCheck(answers, statusCode: 403, endpointName: "queue");
        var blob = azurite.GetEndpoint("blob");
        var queue = azurite.GetEndpoint("queue");

        azurite
            .WithArgs(async context =>
            {
                // The API version check would refuse an SDK newer than Azurite; what we use of the API is years old.
                object[] args =
                [
                    await AzuriteScript.EnsureInstalledAsync(NpmPackages.DefaultDirectory, TimeProvider.System, context.Logger, context.CancellationToken),
                    "--location", directory,
                    "--blobHost", "127.0.0.1", "--blobPort", blob.Property(EndpointProperty.TargetPort),
                    "--queueHost", "127.0.0.1", "--queuePort", queue.Property(EndpointProperty.TargetPort),
                    "--tableHost", "127.0.0.1", "--tablePort", "0",
                    "--silent", "--skipApiVersionCheck", "--disableTelemetry",
                ];
                foreach (var arg in args)
                {
                    context.Args.Add(arg);
                }
            })

            // Over accounts that the surroundings may name.
            .WithEnvironment("AZURITE_ACCOUNTS", $"{Account.Name}:{Account.Key}");

        return new StorageResources(
            AddConnection(builder, StorageResources.BlobsName, "BlobEndpoint", blob).WaitFor(azurite).WithParentRelationship(azurite),
            AddConnection(builder, StorageResources.QueuesName, "QueueEndpoint", queue).WaitFor(azurite).WithParentRelationship(azurite));
    }

    /// <summary>By the IPv4 address: under a name, the SDK takes the account for a part of the host's name.</summary>
    private static IResourceBuilder<ConnectionStringResource> AddConnection(
        IDistributedApplicationBuilder builder, string name, string key, EndpointReference endpoint) =>
        builder.AddConnectionString(name, ReferenceExpression.Create(
            $"DefaultEndpointsProtocol=http;AccountName={Account.Name};AccountKey={Account.Key};{key}=http://{endpoint.Property(EndpointProperty.IPV4Host)}:{endpoint.Property(EndpointProperty.Port)}/{Account.Name};"));
}
