namespace GenreCloud.DatasetImport.Profiles;

/// <summary>Reads the columns of numbers of a CSV's rows.</summary>
/// <param name="columns">Those that the CSV has.</param>
internal sealed class TabularRowReader(IReadOnlyList<(string Name, int Ordinal)> columns)
{
    /// <summary>The code of <c>key</c> that stands for "no key was found".</summary>
    private const float UnknownKey = -1;

    private readonly TabularNames _names = new([.. columns.Select(column => column.Name)]);

    /// <summary>The fields of the current row.</summary>
    public TabularValues Read(LabelsCsv csv)
    {
        float[]? values = null;
        List<string>? unreadable = null;
        for (var i = 0; i < columns.Count; i++)
        {
            var (name, ordinal) = columns[i];
            var text = csv[ordinal];
            if (TabularField.IsMissing(text))
            {
                continue;
            }

            if (Parse(name, text) is not { } value)
            {
                (unreadable ??= []).Add(name);
            }
            else if (!(name == "key" && value == UnknownKey))
            {
                values ??= NewRow();
                values[i] = value;
            }
        }

        return values is null && unreadable is null
            ? TabularValues.None
            : new TabularValues(new TabularNumbers(_names, values ?? NewRow()), (IReadOnlyList<string>?)unreadable ?? []);
    }

    private static float? Parse(string column, ReadOnlySpan<char> text) => column switch
    {
        "explicit" or "mode" => TabularField.Flag(text),
        "key" => TabularField.Code(text, UnknownKey, 11),
        _ => TabularField.Number(text),
    };

    private float[] NewRow()
    {
        var values = new float[columns.Count];
        values.AsSpan().Fill(float.NaN);
        return values;
    }
}
