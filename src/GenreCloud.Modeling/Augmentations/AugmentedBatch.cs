namespace GenreCloud.Modeling.Augmentations;

/// <summary>A batch as a step learns it.</summary>
/// <param name="Batch">The images after augmentation, with the labels that they had before.</param>
/// <param name="Mixes">What each image was mixed with, [N].</param>
internal sealed record AugmentedBatch(Batch Batch, Mix[] Mixes)
{
    /// <summary>Number of images.</summary>
    public int Count => Batch.Count;
}
