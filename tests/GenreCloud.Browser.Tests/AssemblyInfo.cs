using GenreCloud.Browser.Tests;
using GenreCloud.Testing;
using Xunit.Sdk;
using Xunit.v3;

// They share one system, whose state they change, and a small machine.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(SampleSystem))]
