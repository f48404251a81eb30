using System.Collections;
using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>The numbers of one row by column. Rows share the names: 16 numbers take a fifth of a dictionary.</summary>
/// <param name="names">Of the columns.</param>
/// <param name="values">One a column; NaN for one that is missing.</param>
internal sealed class TabularNumbers(TabularNames names, float[] values) : IReadOnlyDictionary<string, float>
{
    /// <summary>Numbers as they are; those of columns that are not among the names stay in a dictionary of their own.</summary>
    public static IReadOnlyDictionary<string, float> Of(TabularNames names, IReadOnlyDictionary<string, float> numbers)
    {
        if (numbers.Count == 0)
        {
            return ReadOnlyDictionary<string, float>.Empty;
        }

        if (!numbers.Keys.All(names.Positions.ContainsKey))
        {
            return numbers;
        }

        var values = new float[names.Names.Count];
        values.AsSpan().Fill(float.NaN);
        foreach (var (name, value) in numbers)
        {
            values[names.Positions[name]] = value;
        }

        return new TabularNumbers(names, values);
    }

    public int Count => values.Count(value => !float.IsNaN(value));

    public IEnumerable<string> Keys => this.Select(number => number.Key);

    public IEnumerable<float> Values => this.Select(number => number.Value);

    public float this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The row has no {key}.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out float value)
    {
        value = names.Positions.TryGetValue(key, out var position) ? values[position] : float.NaN;
        return !float.IsNaN(value);
    }

    public IEnumerator<KeyValuePair<string, float>> GetEnumerator() =>
        names.Names.Zip(values, KeyValuePair.Create).Where(number => !float.IsNaN(number.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The columns of <see cref="TabularNumbers"/>.</summary>
/// <param name="names">In the order of the values.</param>
internal sealed class TabularNames(IReadOnlyList<string> names)
{
    public IReadOnlyList<string> Names => names;

    public FrozenDictionary<string, int> Positions { get; } = names.Index().ToFrozenDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
}
