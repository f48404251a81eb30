namespace GenreCloud.Storage;

/// <summary>Messages of exceptions, as people are told them.</summary>
public static class ExceptionMessages
{
    /// <summary>The first line of its cause's message; those of the storage client go on for many lines of headers.</summary>
    public static string FirstLine(this Exception exception) => exception.GetBaseException().Message.Split(['\r', '\n'], 2)[0];
}
