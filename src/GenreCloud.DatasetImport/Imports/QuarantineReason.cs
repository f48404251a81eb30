using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Why something of a source is not in the dataset version: the codes of quarantine.jsonl.</summary>
internal static class QuarantineReason
{
    /// <summary>A picture whose id no row of the labels has.</summary>
    public const string NoLabel = "noLabel";

    /// <summary>A row of the labels whose picture is not in the archive.</summary>
    public const string NoImage = "noImage";

    /// <summary>A second picture with an id that came before.</summary>
    public const string DuplicateImage = "duplicateImage";

    /// <summary>A second row with an id that came before, and the same label.</summary>
    public const string DuplicateRow = "duplicateRow";

    /// <summary>A second row with an id that came before, and another label.</summary>
    public const string ConflictingLabel = "conflictingLabel";

    /// <summary>A row without id or label.</summary>
    public const string IncompleteRow = "incompleteRow";

    /// <summary>A track with a label that the profile leaves out.</summary>
    public const string DroppedLabel = "droppedLabel";

    /// <summary>A picture whose file name cannot be a sample's id.</summary>
    public const string BadId = "badId";

    /// <summary>An entry larger than any picture is.</summary>
    public const string TooLarge = "tooLarge";

    /// <summary>An entry that does not come out of the archive whole.</summary>
    public const string DamagedEntry = "damagedEntry";

    /// <summary>The code of what is wrong with a PNG, for example badCrc.</summary>
    public static string Of(PngFault fault) => char.ToLowerInvariant(fault.ToString()[0]) + fault.ToString()[1..];
}
