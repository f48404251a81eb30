using GenreCloud.Audio;
using GenreCloud.DatasetImport.Archives;
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

    /// <summary>A second row with an id that came before, here or in the version that is continued, and another label.</summary>
    public const string ConflictingLabel = "conflictingLabel";

    /// <summary>A row that is no row of a CSV, for its quotes or its length.</summary>
    public const string BrokenRow = "brokenRow";

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

    /// <summary>An entry that is encrypted, or compressed as no picture is.</summary>
    public const string UnreadableEntry = "unreadableEntry";

    /// <summary>A picture whose pixels are those of one before it, with the same label.</summary>
    public const string DuplicatePixels = "duplicatePixels";

    /// <summary>A picture whose pixels are those of one before it, which has another label.</summary>
    public const string ConflictingPixels = "conflictingPixels";

    /// <summary>Whether a picture is left out only when it is compared with the others, after it was in a shard.</summary>
    public static bool IsFoundByComparing(string reason) => reason is DuplicatePixels or ConflictingPixels;

    /// <summary>The code of why an entry of a zip cannot be read.</summary>
    public static string Of(ZipEntryFault fault) => fault switch
    {
        ZipEntryFault.TooLarge => TooLarge,
        ZipEntryFault.Encrypted or ZipEntryFault.UnknownMethod or ZipEntryFault.RatioTooHigh or ZipEntryFault.BadName => UnreadableEntry,
        _ => DamagedEntry,
    };

    /// <summary>The code of what is wrong with a PNG, for example badCrc.</summary>
    public static string Of(PngFault fault) => Code(fault.ToString());

    /// <summary>The code of what is wrong with a song, for example tooShort.</summary>
    public static string Of(AudioFault fault) => Code(fault.ToString());

    private static string Code(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
