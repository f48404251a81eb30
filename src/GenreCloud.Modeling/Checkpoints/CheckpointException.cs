using System.Text;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>
/// A checkpoint cannot be read, or does not fit the network. The message says what is wrong, where (a byte of the file, or a tensor's
/// name), and what to do; nothing else comes out of the reader, whatever the file holds.
/// </summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Names that a message lists before it only counts them.</summary>
    private const int ListedNames = 20;

    /// <summary>Characters of a name from the file that a message shows.</summary>
    private const int ShownCharacters = 100;

    private const string SaveStateDict = "Save model.state_dict() with torch.save: only tensors and plain data are read.";

    internal CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>The bytes cannot be what a writer meant.</summary>
    /// <param name="what">A sentence without its full stop.</param>
    internal static CheckpointException Damaged(string what, long offset) =>
        new(FormattableString.Invariant($"The checkpoint is damaged at byte {offset}: {what}. Fetch it again, or save it again with torch.save."));

    /// <summary>The file may be whole, but asks for what this reader does not do.</summary>
    /// <param name="what">A sentence without its full stop.</param>
    internal static CheckpointException Refused(string what, long offset) =>
        new(FormattableString.Invariant($"The checkpoint is refused at byte {offset}: {what}. {SaveStateDict}"));

    /// <summary>Nothing is wrong with the bytes, but the object they make is not a model's state.</summary>
    /// <param name="what">A sentence without its full stop.</param>
    internal static CheckpointException NoState(string what) => new($"The checkpoint has no model's state: {what}. {SaveStateDict}");

    internal static CheckpointException TooLarge(string what, long limit) =>
        new(FormattableString.Invariant($"The checkpoint is too large: more than {limit} {what}. {SaveStateDict}"));

    /// <summary>A name from the file, fit for a log: in quotes, cut, and without control characters.</summary>
    internal static string Quote(string name)
    {
        var shown = new StringBuilder("'");
        foreach (char character in name.AsSpan(0, Math.Min(name.Length, ShownCharacters)))
        {
            shown.Append(char.IsControl(character) || char.IsSurrogate(character) ? '?' : character);
        }

        return shown.Append(name.Length > ShownCharacters ? "...'" : "'").ToString();
    }

    /// <summary>The first names of many, and how many more there are.</summary>
    internal static string List(IReadOnlyCollection<string> items)
    {
        string listed = string.Join(", ", items.Take(ListedNames));
        return items.Count > ListedNames ? FormattableString.Invariant($"{listed} and {items.Count - ListedNames} more") : listed;
    }
}
