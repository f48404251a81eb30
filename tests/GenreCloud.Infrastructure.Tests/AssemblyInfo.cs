using GenreCloud.Infrastructure.Tests;

[assembly: AssemblyFixture(typeof(Deployments))]
