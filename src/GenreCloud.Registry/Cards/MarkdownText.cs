using System.Text;

namespace GenreCloud.Registry;

/// <summary>Markdown (CommonMark, and GitHub's tables) from text that anyone may have written.</summary>
internal static class MarkdownText
{
    /// <summary>What could begin markup inside a line or a cell of a table.</summary>
    private const string Marks = @"\`*_{}[]<>#+!|&~^$=";

    /// <summary>Text that shows as it is, inside a line or a cell.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            // Whatever ends a line would end the cell or the paragraph.
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                escaped.Append(' ');
                continue;
            }

            if (Marks.Contains(character, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    /// <summary>A table whose first columns are of text, and the others of figures.</summary>
    /// <param name="columns">Markdown.</param>
    /// <param name="rows">Markdown, a cell for each column.</param>
    /// <param name="textColumns">How many are of text.</param>
    public static IEnumerable<string> Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, int textColumns = 1) =>
    [
        Row(columns),
        Row([.. columns.Select((_, index) => index < textColumns ? "---" : "---:")]),
        .. rows.Select(Row),
    ];

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
