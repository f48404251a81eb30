using GenreCloud.DatasetImport;
using GenreCloud.Inference;
using GenreCloud.Testing;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>What a key is needed for. The training service's tests have its endpoints: it brings libtorch.</summary>
[Trait("Category", "Security")]
public sealed class EndpointScopeTests(AzuriteFixture azurite)
{
    [Fact]
    public Task Inference() => EndpointScopes.CheckAsync(azurite.NewAccount(), builder => builder.AddInference(), app => app.MapInference());

    [Fact]
    public Task DatasetImport() => EndpointScopes.CheckAsync(azurite.NewAccount(), builder => builder.AddDatasetImport(), app => app.MapDatasetImport());
}
