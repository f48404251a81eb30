using System.Globalization;
using System.Text;
using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Access;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Try;

/// <summary>The same question as a program asks it.</summary>
internal static class Snippets
{
    /// <summary>Stands for the key, which a copied text is no place for.</summary>
    private const string Key = "YOUR_KEY";

    /// <param name="needsKey">Whether the service asks for one.</param>
    public static string Curl(string address, ClassifyOptions options, string file, bool needsKey) =>
        $"curl {(needsKey ? $"-H '{SignedInKey.Header}: {Key}' " : "")}--data-binary @{ShellText(file)} '{address.TrimEnd('/')}{BrowserPaths.Classify(options)}'";

    /// <param name="needsKey">Whether the service asks for one.</param>
    public static string CSharp(string address, ClassifyOptions options, string file, bool needsKey) => $$"""
        using GenreCloud.Client;
        using GenreCloud.Client.Classify;

        using var http = new HttpClient { BaseAddress = new Uri({{Literal(address)}}) };{{(needsKey ? $"\nhttp.DefaultRequestHeaders.Add(\"{SignedInKey.Header}\", \"{Key}\");" : "")}}
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
