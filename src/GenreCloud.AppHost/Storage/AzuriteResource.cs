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
        builder.Services.AddSingleton(_ => new DataDirectory(directory));
        builder.OnBeforeStart((starting, cancellationToken) =>
            starting.Services.GetRequiredService<DataDirectory>().TakeAsync(TimeProvider.System, cancellationToken));

        // Otherwise the orchestrator ends Azurite after this process has gone, while the next start may already want the folder.
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";

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

        azurite.WithArgs(async context =>
        {
            object[] args =
            [
                await AzuriteScript.EnsureInstalledAsync(NpmPackages.DefaultDirectory, TimeProvider.System, context.Logger, context.CancellationToken),
                .. AzuriteCommand.GetArguments(directory),
                "--blobPort", blob.Property(EndpointProperty.TargetPort),
                "--queuePort", queue.Property(EndpointProperty.TargetPort),
            ];
            foreach (var arg in args)
            {
                context.Args.Add(arg);
            }
        });
        foreach (var (name, value) in AzuriteCommand.GetEnvironment([Account]))
        {
            if (value is not null)
            {
                azurite.WithEnvironment(name, value);
            }
            else
            {
                // The orchestrator hands on this process's variables: it can set one, but not take it away.
                Environment.SetEnvironmentVariable(name, null);
            }
        }

        // What waits for the storage starts after this: nothing is written to an Azurite that is not recorded.
        azurite.OnResourceReady(async (resource, ready, cancellationToken) =>
        {
            var processId = await GetProcessIdAsync(resource, ready.Services.GetRequiredService<ResourceNotificationService>(), cancellationToken);
            await ready.Services.GetRequiredService<DataDirectory>().RecordAsync(processId, cancellationToken);
        });

        return new StorageResources(
            AddConnection(builder, StorageResources.BlobsName, "BlobEndpoint", blob).WaitFor(azurite).WithParentRelationship(azurite),
            AddConnection(builder, StorageResources.QueuesName, "QueueEndpoint", queue).WaitFor(azurite).WithParentRelationship(azurite));
    }

    /// <summary>The process that the resource is now, also after it was restarted in the dashboard.</summary>
    private static async Task<int> GetProcessIdAsync(
        ExecutableResource azurite, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        var running = await notifications.WaitForResourceAsync(
            azurite.Name,
            update => update.Snapshot.State?.Text == KnownResourceStates.Running && GetProcessId(update.Snapshot) is not null,
            cancellationToken);
        return GetProcessId(running.Snapshot)!.Value;

        static int? GetProcessId(CustomResourceSnapshot snapshot) =>
            snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?;
    }

    /// <summary>By the IPv4 address: under a name, the SDK takes the account for a part of the host's name.</summary>
    private static IResourceBuilder<ConnectionStringResource> AddConnection(
        IDistributedApplicationBuilder builder, string name, string key, EndpointReference endpoint) =>
        builder.AddConnectionString(name, ReferenceExpression.Create(
            $"DefaultEndpointsProtocol=http;AccountName={Account.Name};AccountKey={Account.Key};{key}=http://{endpoint.Property(EndpointProperty.IPV4Host)}:{endpoint.Property(EndpointProperty.Port)}/{Account.Name};"));
}
