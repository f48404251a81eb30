using System.Text.RegularExpressions;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>The table that the demo prints.</summary>
internal static class DemoTable
{
    /// <summary>The cell beside a row's name.</summary>
    public static string Figure(string output, string row)
    {
        var line = Regex.Match(output, $@"^\W*{Regex.Escape(row)}\s*│(?<figure>[^│]*)│", RegexOptions.Multiline);
        line.Success.ShouldBeTrue($"No row \"{row}\" in: {output}");
        return line.Groups["figure"].Value.Trim();
    }
}
