using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>
/// README.md lists the telemetry that the code has, all of it and nothing else. That what is recorded has just the attributes
/// of the table is checked where it is recorded, by the tests of each library.
/// </summary>
public sealed class TelemetryTableTests
{
    private static readonly Type[] TelemetryTypes =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "GenreCloud.*.dll")
            .Where(file => !Path.GetFileName(file).Contains("Test", StringComparison.Ordinal))
            .SelectMany(file => Assembly.LoadFrom(file).GetTypes())
            .Where(type => Regex.IsMatch(type.Name, "Telemetry(Attributes)?$")),
    ];

    [Fact]
    public void The_table_of_instruments_is_that_of_the_code()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("GenreCloud.", StringComparison.Ordinal))
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();
        foreach (var type in TelemetryTypes)
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        instruments.Select(instrument => (instrument.Name, Kind(instrument), instrument.Unit))
            .ShouldBe(DocumentedTelemetry.Instruments.Select(row => (row.Name, row.Kind, (string?)row.Unit)), ignoreOrder: true);
        instruments.ShouldAllBe(instrument => !string.IsNullOrWhiteSpace(instrument.Description));
        instruments.Select(instrument => instrument.Meter.Name).Distinct()
            .ShouldBeSubsetOf(TelemetryTypes.Select(type => type.Assembly.GetName().Name!).Distinct(), "a meter is named like its assembly");
    }

    [Fact]
    public void The_tables_name_the_attributes_of_the_code()
    {
        var documented = DocumentedTelemetry.Instruments.SelectMany(row => row.Attributes)
            .Concat(DocumentedTelemetry.Spans.SelectMany(row => row.Attributes))
            .Where(IsOurs);

        TelemetryTypes
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(IsOurs)
            .ShouldBe(documented.Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void No_measurement_carries_an_id() =>
        DocumentedTelemetry.Instruments.SelectMany(row => row.Attributes).ShouldAllBe(attribute => !attribute.EndsWith(".id", StringComparison.Ordinal));

    private static bool IsOurs(string attribute) => attribute.StartsWith("genrecloud.", StringComparison.Ordinal);

    private static string Kind(Instrument instrument) => Regex.Match(instrument.GetType().Name, "^(Counter|Gauge|Histogram)").Value.ToLowerInvariant();
}
