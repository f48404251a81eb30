namespace GenreCloud.ServiceDefaults;

/// <summary>What a caller may do.</summary>
public enum AccessScope
{
    /// <summary>Ask models, and read what models there are.</summary>
    Classify,

    /// <summary>Everything.</summary>
    Manage,
}
