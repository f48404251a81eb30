using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.Infrastructure.Tests;

/// <summary>The files of infra/.</summary>
internal static partial class InfrastructureFiles
{
    public static string Folder { get; } = Path.Combine(RepositoryRoot.Path, "infra");

    /// <summary>All Bicep files, parameters files included, by their path from <see cref="Folder"/>.</summary>
    public static IEnumerable<string> Bicep =>
        Directory.EnumerateFiles(Folder, "*.bicep*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path))
            .Where(path => Path.GetExtension(path) is ".bicep" or ".bicepparam")
            .Order(StringComparer.Ordinal);

    public static void CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The parameters of main.parameters.json, each with the variable of the azd environment that fills it.</summary>
    public static IReadOnlyDictionary<string, string> MainParameters() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "main.parameters.json")))!["parameters"]!.AsObject().ToDictionary(
            parameter => parameter.Key,
            parameter => AzdVariable().Match(parameter.Value!["value"]!.GetValue<string>()).Groups["name"].Value);

    [GeneratedRegex(@"^\$\{(?<name>[A-Z_]+)\}$", RegexOptions.CultureInvariant)]
    private static partial Regex AzdVariable();
}
