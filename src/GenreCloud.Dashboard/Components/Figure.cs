using System.Globalization;

namespace GenreCloud.Dashboard.Components;

/// <summary>Numbers as people read them; "-" for what was not measured.</summary>
internal static class Figure
{
    private const string None = "-";

    /// <summary>A share of 1: "78.5%".</summary>
    public static string Percent(double? share) => share?.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) ?? None;

    /// <summary>A difference of shares, with its sign: "+2.1".</summary>
    public static string Points(double? difference) => difference is { } number ? (number * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) : None;

    /// <summary>To three digits behind the point: "0.812".</summary>
    public static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? None;

    /// <summary>In as few characters as it takes: "0.0014".</summary>
    public static string Short(double? value) => value?.ToString("g4", CultureInfo.InvariantCulture) ?? None;

    /// <summary>"1,292".</summary>
    public static string Count(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? None;

    /// <summary>"864 KB", "12.5 MB".</summary>
    public static string Bytes(long? bytes) => bytes switch
    {
        null => None,
        < 1_000_000 => (bytes.Value / 1e3).ToString("0 KB", CultureInfo.InvariantCulture),
        < 1_000_000_000 => (bytes.Value / 1e6).ToString("0.0 MB", CultureInfo.InvariantCulture),
        _ => (bytes.Value / 1e9).ToString("0.0 GB", CultureInfo.InvariantCulture),
    };

    /// <summary>"2026-11-28 12:00 UTC".</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
