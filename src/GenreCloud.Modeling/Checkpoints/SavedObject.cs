namespace GenreCloud.Modeling.Checkpoints;

/// <summary>What <c>torch.save</c> was given.</summary>
/// <param name="Root">A value of <see cref="Pickles.PickleMachine"/>.</param>
/// <param name="Storages">The bytes of every storage that a tensor of it refers to, by key: as many as it says.</param>
internal sealed record SavedObject(object? Root, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Storages);
