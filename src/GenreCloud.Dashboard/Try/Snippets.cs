using System.Globalization;
using System.Text;
using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Try;

/// <summary>The same question as a program asks it.</summary>
internal static class Snippets
{
    public static string Curl(string address, ClassifyOptions options, string file) =>
        $"curl --data-binary @{ShellText(file)} '{address.TrimEnd('/')}{BrowserPaths.Classify(options)}'";

    public static string CSharp(string address, ClassifyOptions options, string file) => $$"""
        using GenreCloud.Client;
        using GenreCloud.Client.Classify;

        using var http = new HttpClient { BaseAddress = new Uri({{Literal(address)}}) };
        var inference = new InferenceClient(http);
        var answer = await inference.ClassifyAsync(MusicFile.At({{Literal(file)}}), new ClassifyOptions { {{Members(options)}} });
        Console.WriteLine($"{answer.Predictions[0].Label} {answer.Predictions[0].Probability:p0}");
        """;

    private static string Members(ClassifyOptions options) => string.Join(", ", new[]
    {
        options.Model is { } model ? $"Model = {Literal(model)}" : null,
        options.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"Version = {version}") : null,
        options.Alias is { } alias ? $"Alias = {Literal(alias)}" : null,
        options.Top is { } top ? string.Create(CultureInfo.InvariantCulture, $"Top = {top}") : null,
    }.OfType<string>());

    /// <summary>In a POSIX shell nothing in single quotes means anything but another one.</summary>
    private static string ShellText(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var character in text)
        {
            literal.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                _ when char.IsControl(character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }
}
