namespace GenreCloud.Storage;

/// <summary>The containers and queues that this process works with; it creates, and asks after, no others.</summary>
public sealed class StorageNeeds
{
    public ISet<string> Containers { get; } = new SortedSet<string>(StringComparer.Ordinal);

    public ISet<string> Queues { get; } = new SortedSet<string>(StringComparer.Ordinal);
}
