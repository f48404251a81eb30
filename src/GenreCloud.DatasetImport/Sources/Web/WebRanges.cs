using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>A file of a host that gives ranges, read under the condition that it is still the same (If-Range).</summary>
internal sealed class WebRanges(
    SourceHttp http,
    IOptions<DatasetImportOptions> options,
    SourceTuning tuning,
    TimeProvider time,
    SourceFile file,
    Uri address,
    CookieContainer cookies,
    bool isBlob) : IRangeSource
{
    private readonly RangeConditionHeaderValue _unchanged = RangeConditionHeaderValue.Parse(file.Validator);

    public SourceFile File => file;

    public (Uri Address, string ETag)? CopySource => isBlob && _unchanged.EntityTag is { } etag ? (address, etag.Tag) : null;

    public async Task ReadAsync(long offset, Memory<byte> block, Action<int> onRead, CancellationToken cancellationToken)
    {
        var patience = new SourcePatience(tuning.RetryDelay, options.Value.MaxRetryAfter, time);
        while (!block.IsEmpty)
        {
            try
            {
                // What has come stays: a host that drops every connection after a while still gives a block in the end.
                using var response = await http.GetAsync(address, cookies, (offset, offset + block.Length - 1), _unchanged, cancellationToken);
                ThrowIfOther(response, offset);
                await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                int read;
                while (!block.IsEmpty && (read = await ReadAsync(body, block, offset, cancellationToken)) > 0)
                {
                    (offset, block) = (offset + read, block[read..]);
                    onRead(read);
                    patience.Reset();
                }

                if (!block.IsEmpty)
                {
                    throw Broken(offset, "the answer is shorter than the range that was asked for.");
                }
            }
            catch (SourceInterruptedException interruption)
            {
                await patience.WaitAsync(interruption, cancellationToken);
            }
        }
    }

    private async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await SilenceLimit.ReadAsync(body, buffer, options.Value.SourceTimeout, time, cancellationToken);
        }
        catch (IOException exception)
        {
            throw Broken(offset, exception.Message);
        }
    }

    /// <summary>The answer has to be the wanted part of the file that was opened.</summary>
    private void ThrowIfOther(HttpResponseMessage response, long offset)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent:
                var range = response.Content.Headers.ContentRange;
                if (range?.From != offset || (range.Length ?? file.Bytes) != file.Bytes || (WebSource.ValidatorOf(response)?.ToString() ?? file.Validator) != file.Validator)
                {
                    throw new SourceChangedException(file.Name);
                }

                return;
            case HttpStatusCode.OK when response.Content.Headers.ContentType?.MediaType != "text/html":
            case HttpStatusCode.PreconditionFailed:
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                throw new SourceChangedException(file.Name);
            default:
                // The address that a redirect or a page led to has expired, for example; asked from the beginning, the host says more.
                throw new SourceStaleException($"{file.Name} answers {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
    }

    private SourceInterruptedException Broken(long offset, string reason) => new(
        "The source broke off",
        $"{file.Name} ended at byte {offset:N0} of {file.Bytes:N0}, again and again: {reason} Import it again: what is staged is kept, and it goes on from there.");
}
