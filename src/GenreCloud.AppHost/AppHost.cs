using GenreCloud.AppHost;
using GenreCloud.AppHost.Commands;
using GenreCloud.AppHost.Storage;

var builder = DistributedApplication.CreateBuilder(args);

var storage = builder.AddStorage();

var datasetImport = builder.AddProject<Projects.GenreCloud_DatasetImport>("dataset-import")
    .WithIconName("FolderZip")
    .WithReference(storage.Blobs).WaitFor(storage.Blobs)
    .WithReference(storage.Queues).WaitFor(storage.Queues)
    .WithEnvironment("DatasetImport__AllowLocalPaths", "true")
    .WithEnvironment("DatasetImport__AllowPrivateAddresses", "true")
    .WithHttpEndpoint()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithApiReference()
    .WithImportSampleCommand(Sample.FindZip(builder.AppHostDirectory));

var training = builder.AddProject<Projects.GenreCloud_Training>("training")
    .WithIconName("BrainCircuit")
    .WithReference(storage.Blobs).WaitFor(storage.Blobs)
    .WithReference(storage.Queues).WaitFor(storage.Queues)
    .WithHttpEndpoint()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithApiReference()
    .WithTrainCommand();

var inference = builder.AddProject<Projects.GenreCloud_Inference>("inference")
    .WithIconName("MusicNote2")
    .WithReference(storage.Blobs).WaitFor(storage.Blobs)
    .WithReference(storage.Queues).WaitFor(storage.Queues)
    .WithHttpEndpoint()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithApiReference()
    .WithPromoteCommand()
    .WithRollbackCommand();

var dashboard = builder.AddProject<Projects.GenreCloud_Dashboard>("dashboard")
    .WithIconName("Board")
    .WithReference(storage.Blobs).WaitFor(storage.Blobs)
    .WithReference(storage.Queues).WaitFor(storage.Queues)
    .WithReference(datasetImport)
    .WithReference(training)
    .WithReference(inference)
    .WithHttpEndpoint()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "GenreCloud");
if (AspireDashboardUrl.Of(builder.Configuration) is { } aspire)
{
    dashboard.WithEnvironment("Dashboard__TracesUrl", new Uri(aspire, "/traces").ToString());
}

await builder.Build().RunAsync();
