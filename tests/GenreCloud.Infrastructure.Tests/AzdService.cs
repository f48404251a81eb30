namespace GenreCloud.Infrastructure.Tests;

/// <summary>A service of azure.yaml.</summary>
internal sealed class AzdService
{
    /// <summary>The folder of the project, from the repository's root.</summary>
    public required string Project { get; init; }

    public required string Language { get; init; }

    public required string Host { get; init; }

    /// <summary>The Bicep module that deploys it, from the folder of the infrastructure, without an extension.</summary>
    public required string Module { get; init; }
}
