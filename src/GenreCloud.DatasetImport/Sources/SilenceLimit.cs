namespace GenreCloud.DatasetImport.Sources;

/// <summary>Reads from a source that may be slow, but not silent.</summary>
internal static class SilenceLimit
{
    /// <summary>One read of a stream.</summary>
    /// <exception cref="IOException">The stream broke, or nothing came within the limit.</exception>
    public static async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await content.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing more came for {limit.TotalSeconds:N0} seconds (DatasetImport:SourceTimeout).", exception);
        }
    }
}
