using System.Buffers;
using System.IO.Pipelines;

namespace GenreCloud.Inference.Classify;

/// <summary>Takes what is small into memory as a whole.</summary>
internal static class WholeRead
{
    /// <returns>All that is left to read; null where that is more than so many bytes.</returns>
    public static async Task<byte[]?> ReadWholeAsync(this PipeReader reader, int maxBytes, CancellationToken cancellationToken)
    {
        var result = await reader.ReadAtLeastAsync(maxBytes + 1, cancellationToken);
        var bytes = result.Buffer.Length > maxBytes ? null : result.Buffer.ToArray();
        reader.AdvanceTo(result.Buffer.End);
        return bytes;
    }
}
