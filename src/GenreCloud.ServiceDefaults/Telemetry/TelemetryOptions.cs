using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>Where telemetry goes, by the keys that are standard for it; nowhere unless one is set.</summary>
internal sealed class TelemetryOptions
{
    public const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public const string ApplicationInsightsKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>The address of an OpenTelemetry collector or the Aspire dashboard.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>The connection string of an Application Insights resource.</summary>
    public string? ApplicationInsights { get; set; }

    public static void Read(TelemetryOptions options, IConfiguration configuration)
    {
        // An empty variable is how a deployment says that there is none.
        options.OtlpEndpoint = NullIfEmpty(configuration[OtlpEndpointKey]);
        options.ApplicationInsights = NullIfEmpty(configuration[ApplicationInsightsKey]);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>Refuses a malformed address of telemetry before anything starts: the SDK would only stay silent.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        string[] faults = [.. OtlpFaults(options), .. ApplicationInsightsFaults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> OtlpFaults(TelemetryOptions options)
    {
        if (options.OtlpEndpoint is { } endpoint && !IsHttp(endpoint))
        {
            yield return $"{TelemetryOptions.OtlpEndpointKey} is '{endpoint}'; it must be the http or https address of an OTLP receiver, such as http://127.0.0.1:4317.";
        }
    }

    private static IEnumerable<string> ApplicationInsightsFaults(TelemetryOptions options)
    {
        if (options.ApplicationInsights is { } connection && !IsConnectionString(connection))
        {
            // The value is not repeated: who has the key in it can write telemetry.
            yield return
                $"{TelemetryOptions.ApplicationInsightsKey} is malformed; it must be the connection string of an Application Insights resource: " +
                "InstrumentationKey=(a GUID);IngestionEndpoint=https://REGION.in.applicationinsights.azure.com/.";
        }
    }

    private static bool IsConnectionString(string connection)
    {
        var pairs = connection.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', 2))
            .ToArray();
        return pairs.All(pair => pair.Length == 2)
            && pairs.Any(pair => Is(pair, "InstrumentationKey") && Guid.TryParse(pair[1], out _))
            && pairs.Where(pair => Is(pair, "IngestionEndpoint")).All(pair => IsHttp(pair[1]));

        static bool Is(string[] pair, string key) => pair[0].Equals(key, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
