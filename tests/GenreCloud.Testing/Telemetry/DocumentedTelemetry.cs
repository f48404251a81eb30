using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Shouldly;

namespace GenreCloud.Testing;

/// <summary>The tables of spans and instruments in README.md, and whether what was recorded is what they say.</summary>
public static partial class DocumentedTelemetry
{
    private static readonly string Chapter = Regex.Match(
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md")).ReplaceLineEndings("\n"),
        @"^## Telemetry$(?<text>.*?)(^## |\z)",
        RegexOptions.Multiline | RegexOptions.Singleline).Groups["text"].Value;

    public static IReadOnlyList<DocumentedInstrument> Instruments { get; } =
    [
        .. InstrumentRow().Matches(Chapter).Select(row => new DocumentedInstrument(
            row.Groups["name"].Value, row.Groups["kind"].Value, row.Groups["unit"].Value, Attributes(row.Groups["attributes"].Value))),
    ];

    public static IReadOnlyList<DocumentedSpan> Spans { get; } =
    [
        .. SpanRow().Matches(Chapter).Select(row => new DocumentedSpan(row.Groups["name"].Value, Attributes(row.Groups["attributes"].Value))),
    ];

    /// <summary>Every instrument of a library must have recorded something, and always with exactly the attributes of the table.</summary>
    /// <param name="instruments">Those that exist.</param>
    /// <param name="measurements">What was recorded.</param>
    /// <param name="library">The name of its meter.</param>
    public static void ShouldBeAsDocumented(this IEnumerable<Measurement> measurements, IEnumerable<Instrument> instruments, string library)
    {
        Instrument[] ofLibrary = [.. instruments.Where(instrument => instrument.Meter.Name == library)];
        ofLibrary.ShouldNotBeEmpty();
        var recorded = measurements.ToLookup(measurement => measurement.Instrument.Name, StringComparer.Ordinal);
        foreach (var instrument in ofLibrary)
        {
            var documented = Instruments.SingleOrDefault(row => row.Name == instrument.Name).ShouldNotBeNull($"{instrument.Name} is not in README.md");
            recorded[instrument.Name].ShouldNotBeEmpty(instrument.Name);
            foreach (var measurement in recorded[instrument.Name])
            {
                measurement.Tags.Keys.Order(StringComparer.Ordinal).ShouldBe(documented.Attributes, ignoreOrder: false, customMessage: measurement.ToString());
            }
        }
    }

    /// <summary>The spans of a name must together have exactly the attributes of the table, besides error.type.</summary>
    /// <param name="spans">All of that name.</param>
    /// <param name="name">As README.md has it, for example <c>process {queue}</c>.</param>
    /// <param name="without">Attributes that only others of that name have.</param>
    public static void ShouldBeAsDocumented(this IEnumerable<Activity> spans, string name, params string[] without)
    {
        var documented = Spans.SingleOrDefault(row => row.Name == name).ShouldNotBeNull($"{name} is not in README.md");
        spans.SelectMany(span => span.TagObjects.Select(tag => tag.Key)).Distinct().Where(key => key != "error.type").Order(StringComparer.Ordinal)
            .ShouldBe(documented.Attributes.Except(without), ignoreOrder: false, customMessage: name);
    }

    private static string[] Attributes(string cell) => [.. AttributeName().Matches(cell).Select(match => match.Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<kind>\w+), `(?<unit>[^`]+)` \| (?<attributes>[^|]*) \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<attributes>[^|]*) \|$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex SpanRow();

    [GeneratedRegex(@"(?<=`)(genrecloud|messaging)\.[a-z_.]+(?=`)", RegexOptions.CultureInvariant)]
    private static partial Regex AttributeName();
}

/// <summary>A row of the table of instruments.</summary>
/// <param name="Kind">counter, gauge or histogram.</param>
/// <param name="Attributes">In ordinal order.</param>
public sealed record DocumentedInstrument(string Name, string Kind, string Unit, IEnumerable<string> Attributes);

/// <summary>A row of the table of spans.</summary>
/// <param name="Attributes">In ordinal order.</param>
public sealed record DocumentedSpan(string Name, IEnumerable<string> Attributes);
