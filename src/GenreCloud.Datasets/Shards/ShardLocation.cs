namespace GenreCloud.Datasets.Shards;

/// <summary>Where a picture lies.</summary>
/// <param name="Shard">Index of the shard.</param>
/// <param name="Offset">Where its bytes start in the shard.</param>
/// <param name="Length">Its bytes.</param>
public readonly record struct ShardLocation(int Shard, long Offset, int Length);
