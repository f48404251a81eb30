using GenreCloud.ServiceDefaults;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Which part of a list is wanted. The lists are of dataset versions, which never change: a page is the same whenever it is asked for.</summary>
/// <param name="Limit">So many at most; null for all.</param>
/// <param name="Offset">After so many.</param>
internal sealed record Page(int? Limit, int Offset)
{
    /// <summary>Some 5 MB of JSON.</summary>
    public const int MaxLimit = 10_000;

    /// <exception cref="ProblemException">400: one of them is out of its range.</exception>
    public static Page Of(int? limit, int? offset)
    {
        Require(nameof(limit), limit ?? 1, 1, MaxLimit);
        Require(nameof(offset), offset ?? 0, 0, int.MaxValue);
        return new Page(limit, offset ?? 0);
    }

    public IReadOnlyList<T> Take<T>(IReadOnlyList<T> all) => Limit is null && Offset == 0 ? all : [.. all.Skip(Offset).Take(Limit ?? all.Count)];

    /// <summary>The offset of the next page, or null after the last one.</summary>
    public int? Next(int total) => Limit is { } limit && Offset + (long)limit < total ? Offset + limit : null;

    private static void Require(string name, int value, int from, int to)
    {
        if (value < from || value > to)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, $"{name} is out of range", FormattableString.Invariant($"{name} is {value}; it must lie between {from} and {to}."));
        }
    }
}
