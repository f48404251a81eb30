using GenreCloud.Testing;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
