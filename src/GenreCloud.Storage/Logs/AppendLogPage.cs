namespace GenreCloud.Storage;

/// <summary>Records of an <see cref="AppendLog{T}"/>, oldest first.</summary>
/// <param name="NextOffset">Where the next read goes on, bytes.</param>
public sealed record AppendLogPage<T>(IReadOnlyList<T> Records, long NextOffset);
