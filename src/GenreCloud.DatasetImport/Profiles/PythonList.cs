using System.Globalization;
using System.Text;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>Lists of strings as Python prints them, <c>['A', "B's"]</c>, which is how pandas writes a list into a CSV cell.</summary>
public static class PythonList
{
    /// <summary>
    /// The strings of the list. A cell that is not such a list is one string; an empty cell is none.
    /// </summary>
    public static IReadOnlyList<string> Parse(string? cell)
    {
        var text = cell?.Trim() ?? "";
        if (text.Length == 0)
        {
            return [];
        }

        return text[0] == '[' && text[^1] == ']' && TryParseItems(text.AsSpan(1, text.Length - 2)) is { } items ? items : [text];
    }

    private static List<string>? TryParseItems(ReadOnlySpan<char> text)
    {
        var items = new List<string>();
        while (true)
        {
            text = text.TrimStart();
            if (text.IsEmpty)
            {
                return items;
            }

            var quote = text[0];
            if (quote is not ('\'' or '"'))
            {
                return null;
            }

            var item = new StringBuilder();
            var i = 1;
            while (i < text.Length && text[i] != quote)
            {
                i += text[i] == '\\' ? AppendEscaped(item, text[i..]) : AppendPlain(item, text[i]);
            }

            if (i >= text.Length)
            {
                return null;
            }

            items.Add(item.ToString());
            text = text[(i + 1)..].TrimStart();
            if (!text.IsEmpty && text[0] != ',')
            {
                return null;
            }

            text = text.IsEmpty ? text : text[1..];
        }
    }

    private static int AppendPlain(StringBuilder item, char character)
    {
        item.Append(character);
        return 1;
    }

    /// <summary>
    /// What Python writes for a character that it does not print as it is: <c>\n</c>, <c>\xa0</c>, <c>\u200b</c>, <c>\U000e0001</c>. A backslash before
    /// anything else stands for itself.
    /// </summary>
    /// <param name="item">Gets the character.</param>
    /// <param name="text">Begins with the backslash.</param>
    /// <returns>How much of the text that is.</returns>
    private static int AppendEscaped(StringBuilder item, ReadOnlySpan<char> text)
    {
        var kind = text.Length > 1 ? text[1] : '\0';
        var digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0
            && text.Length >= 2 + digits
            && uint.TryParse(text.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && Rune.TryCreate(code, out var character))
        {
            item.Append(character.ToString());
            return 2 + digits;
        }

        if (kind is '\\' or '\'' or '"' or 'n' or 'r' or 't')
        {
            item.Append(kind switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => kind });
            return 2;
        }

        return AppendPlain(item, '\\');
    }
}
