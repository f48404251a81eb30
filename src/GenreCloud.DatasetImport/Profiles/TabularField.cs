using System.Collections.Frozen;
using System.Globalization;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>A field of a tabular column, as programs write it that do not decide on one type a column.</summary>
internal static class TabularField
{
    /// <summary>What pandas, NumPy and databases write for a value that is not there.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Missing =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "", "nan", "-nan", "none", "null", "na", "n/a", "<na>", "#n/a")
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the field says that there is no value.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text) => Missing.Contains(text);

    /// <summary>A decimal number with a point, with or without exponent; null for anything else, and for what exceeds a float.</summary>
    public static float? Number(ReadOnlySpan<char> text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value : null;

    /// <summary>A whole number of the range, written as one or with zeros after the point; null for anything else.</summary>
    public static float? Code(ReadOnlySpan<char> text, float minimum, float maximum) =>
        Number(text) is { } value && float.IsInteger(value) && value >= minimum && value <= maximum ? value : null;

    /// <summary>0 or 1, as a number or as <c>False</c> or <c>True</c>; null for anything else.</summary>
    public static float? Flag(ReadOnlySpan<char> text) => bool.TryParse(text, out var flag) ? (flag ? 1 : 0) : Code(text, 0, 1);
}
