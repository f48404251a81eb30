using GenreCloud.Testing;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(WaitingTestsFirst))]

// Most of these tests wait, for leases, time limits and each other's storage: more of them at a time than there are cores.
[assembly: Parallelization(MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(AzuriteFixture))]
