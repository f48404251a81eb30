using GenreCloud.Datasets.Tabular;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>The tabular columns of a row of the metal dataset: those of <see cref="TabularFeatures.Columns"/>.</summary>
internal static class MetalTabular
{
    /// <summary>The code of <c>key</c> that stands for "no key was found".</summary>
    private const float UnknownKey = -1;

    public static TabularValues Read(LabelFields field)
    {
        var numbers = new Dictionary<string, float>(TabularFeatures.Columns.Count, StringComparer.Ordinal);
        var unreadable = new List<string>();
        foreach (var column in TabularFeatures.Columns)
        {
            if (field(column) is not { } text || TabularField.IsMissing(text))
            {
                continue;
            }

            if (Parse(column, text) is not { } value)
            {
                unreadable.Add(column);
            }
            else if (!(column == "key" && value == UnknownKey))
            {
                numbers.Add(column, value);
            }
        }

        return new TabularValues(numbers, unreadable);
    }

    private static float? Parse(string column, string text) => column switch
    {
        "explicit" or "mode" => TabularField.Flag(text),
        "key" => TabularField.Code(text, UnknownKey, 11),
        _ => TabularField.Number(text),
    };
}
