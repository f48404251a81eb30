namespace GenreCloud.Registry;

/// <summary>Names that move from version to version.</summary>
public static class ModelAlias
{
    /// <summary>What answers when nobody asks for a version.</summary>
    public const string Production = "production";

    /// <summary>The newest version that is not in production.</summary>
    public const string Candidate = "candidate";
}
