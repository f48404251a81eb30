namespace GenreCloud.Storage;

/// <summary>Long work that was asked for, and how far it is.</summary>
public interface IJob
{
    string Id { get; }

    DateTimeOffset CreatedAt { get; }

    /// <summary>True once nothing about it changes any more.</summary>
    bool HasEnded { get; }
}
