namespace GenreCloud.Storage;

/// <summary>The log has another writer by now: what this one has collected belongs nowhere.</summary>
public sealed class LogTakenOverException(string blob) : Exception($"The log '{blob}' was begun anew by another writer.");
