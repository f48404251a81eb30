namespace GenreCloud.Standalone.Demo;

/// <summary>Where the services answer that the demo works with; one address three times when one process serves them all.</summary>
public sealed record DemoServices(Uri DatasetImport, Uri Training, Uri Inference);
