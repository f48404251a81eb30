using GenreCloud.Testing;

[assembly: TestCollectionOrderer(typeof(WaitingTestsFirst))]
[assembly: AssemblyFixture(typeof(AzuriteFixture))]
