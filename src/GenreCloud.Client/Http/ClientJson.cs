using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenreCloud.Client.Http;

/// <summary>The services' dialect of JSON.</summary>
internal static class ClientJson
{
    /// <summary>Names and enum values in camelCase, null members left out, unknown members ignored, NaN and the infinities as strings.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>An enum value as it stands in JSON and in queries.</summary>
    public static string NameOf(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
