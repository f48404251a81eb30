namespace GenreCloud.Storage;

/// <summary>A content is not the one that was expected; nothing of it was kept.</summary>
/// <param name="expected">SHA-256 in lower-case hexadecimal.</param>
/// <param name="actual">SHA-256 in lower-case hexadecimal.</param>
public sealed class WrongHashException(string expected, string actual) : Exception($"The content has the SHA-256 {actual}, and {expected} was expected.")
{
    public string Expected { get; } = expected;

    public string Actual { get; } = actual;

    /// <param name="expected">Null when anything is welcome.</param>
    /// <exception cref="WrongHashException">They differ.</exception>
    public static void ThrowIfNot(string? expected, string actual)
    {
        if (expected is not null && expected != actual)
        {
            throw new WrongHashException(expected, actual);
        }
    }
}
