namespace GenreCloud.Modeling.States;

/// <summary>A trainer's state cannot be restored: it is damaged, or that of another training. The trainer is as it was.</summary>
public sealed class TrainerStateException : Exception
{
    internal TrainerStateException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
