using System.Text.Json.Nodes;

namespace GenreCloud.Infrastructure.Tests;

/// <summary>The environment variables of a container.</summary>
internal static class ContainerVariables
{
    public static IReadOnlyDictionary<string, string> Of(JsonObject container) => container["env"]!.AsArray().ToDictionary(
        variable => variable!["name"]!.GetValue<string>(),
        variable => variable!["value"]!.GetValue<string>());
}
