using GenreCloud.Testing;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace GenreCloud.Infrastructure.Tests;

/// <summary>azure.yaml, read strictly: a member that is not named here is an error.</summary>
internal sealed class AzdProject
{
    public required string Name { get; init; }

    public required Dictionary<string, string> Metadata { get; init; }

    public required Dictionary<string, string> RequiredVersions { get; init; }

    public required Dictionary<string, AzdService> Services { get; init; }

    public static AzdProject Read() =>
        new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithEnforceRequiredMembers()
            .WithDuplicateKeyChecking()
            .Build()
            .Deserialize<AzdProject>(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "azure.yaml")));
}
