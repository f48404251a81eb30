using GenreCloud.AppHost;
using GenreCloud.AppHost.Commands;
using GenreCloud.AppHost.Storage;

var builder = DistributedApplication.CreateBuilder(args);

var storage = builder.AddStorage();

builder.AddProject<Projects.GenreCloud_DatasetImport>("dataset-import")
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

builder.AddProject<Projects.GenreCloud_Training>("training")
    .WithIconName("BrainCircuit")
    .WithReference(storage.Blobs).WaitFor(storage.Blobs)
    .WithReference(storage.Queues).WaitFor(storage.Queues)
    .WithHttpEndpoint()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithApiReference()
    .WithTrainCommand();

builder.AddProject<Projects.GenreCloud_Inference>("inference")
    .WithIconName("MusicNote2")
    .WithReference(storage.Blobs).WaitFor(storage.Blobs)
    .WithReference(storage.Queues).WaitFor(storage.Queues)
    .WithHttpEndpoint()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithApiReference()
    .WithPromoteCommand()
    .WithRollbackCommand();

await builder.Build().RunAsync();
