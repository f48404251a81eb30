namespace GenreCloud.DatasetImport.Uploads;

/// <summary>A part does not begin where the upload ends.</summary>
/// <param name="offset">Where it ends.</param>
internal sealed class WrongOffsetException(long offset)
    : Exception($"{offset:N0} bytes of this upload are stored; send on from there, with the header Upload-Offset: {offset}.")
{
    public long Offset { get; } = offset;
}

/// <summary>Another request is storing a part of the same upload.</summary>
internal sealed class UploadBusyException()
    : Exception("Another request is storing a part of this upload. Ask for the offset (HEAD) in a few seconds, and send on from there.");

/// <summary>There are more parts than one file can be made of.</summary>
internal sealed class TooManyPartsException(int maxParts)
    : Exception($"The upload has {maxParts:N0} parts, which is as many as can be stored. Begin a new one, and send parts of several megabytes.");

/// <summary>A part goes beyond the end of the upload.</summary>
internal sealed class PartTooLongException(long bytes)
    : Exception($"The part goes beyond the {bytes:N0} bytes that the upload was announced with. What fits was stored; ask for the offset (HEAD).");
