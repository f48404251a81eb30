namespace GenreCloud.Modeling;

/// <summary>The epoch whose weights a network has when its training has ended.</summary>
public enum WeightSelection
{
    /// <summary>The last one.</summary>
    Last,

    /// <summary>
    /// The one with the lowest validation loss, the earlier of two. A choice by the validation images makes their scores too good:
    /// an honest figure then needs images that had no part in it.
    /// </summary>
    Best,
}
