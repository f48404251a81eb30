using System.Globalization;

namespace GenreCloud.Storage;

/// <summary>A stream had more bytes than the limit; nothing of it was kept.</summary>
public sealed class UploadTooLargeException(long maxBytes)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The upload is larger than the limit of {maxBytes:N0} bytes."))
{
    public long MaxBytes { get; } = maxBytes;
}
