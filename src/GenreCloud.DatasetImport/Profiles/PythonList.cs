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
                if (text[i] == '\\' && i + 1 < text.Length)
                {
                    i++;
                }

                item.Append(text[i++]);
            }

            if (i == text.Length)
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
}
