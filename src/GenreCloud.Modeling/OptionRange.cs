using System.Runtime.CompilerServices;

namespace GenreCloud.Modeling;

/// <summary>Checks of training options, with messages for who set them.</summary>
internal static class OptionRange
{
    /// <summary>Requires a value between two others, both allowed; a double that is not a number lies nowhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static void Require<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : IComparable<T>, IFormattable
    {
        if (!(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0))
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} lies between {least} and {most}."));
        }
    }
}
