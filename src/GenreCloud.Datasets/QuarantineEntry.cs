namespace GenreCloud.Datasets;

/// <summary>One line of quarantine.jsonl: something of the source that is not in the dataset version.</summary>
/// <param name="Entry">The name of the file or row in the source.</param>
/// <param name="Reason">A short code to count by: "badCrc", "noLabel".</param>
/// <param name="Message">What is wrong, for the person who looks after the source.</param>
public sealed record QuarantineEntry(string Entry, string Reason, string Message);
