namespace GenreCloud.Registry;

/// <summary>Part of a model's history, the newest first.</summary>
/// <param name="Changes">Each with its number.</param>
/// <param name="Next">What to give as <c>before</c> for the changes before these; null when there are none.</param>
public sealed record ModelHistoryPage(IReadOnlyList<NumberedChange> Changes, int? Next);

/// <summary>A change with its place in the history, which it keeps for good.</summary>
/// <param name="Number">1 for the oldest.</param>
public sealed record NumberedChange(int Number, ModelChange Change);
