using GenreCloud.ServiceDefaults.Tests.Access;
using GenreCloud.Testing;

namespace GenreCloud.Training.Tests.Access;

/// <summary>What a key is needed for.</summary>
public sealed class EndpointScopeTests(AzuriteFixture azurite)
{
    [Fact]
    public Task Training() => EndpointScopes.CheckAsync(azurite.NewAccount(), builder => builder.AddTrainingApi(), app => app.MapTraining());
}
