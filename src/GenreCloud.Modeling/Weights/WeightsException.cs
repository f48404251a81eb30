namespace GenreCloud.Modeling.Weights;

/// <summary>A file of weights cannot be read, or is not of the network; the message says what is wrong and where, and what to do.</summary>
public sealed class WeightsException : Exception
{
    internal WeightsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The bytes cannot be what a writer of the format meant.</summary>
    /// <param name="what">A sentence without its full stop.</param>
    internal static WeightsException Damaged(string what, Exception? inner = null) =>
        new($"The weights are damaged: {what}. Register the model again.", inner);
}
