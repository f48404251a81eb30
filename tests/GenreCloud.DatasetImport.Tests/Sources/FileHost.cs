using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A file host that gives ranges (RFC 9110, sections 13.1.5 and 14), remembers which it was asked for, and fails where a test says so.</summary>
internal sealed class FileHost : IAsyncDisposable
{
    private readonly ConcurrentQueue<(long First, long Last)> _asked = new();
    private SourceServer? _server;

    public byte[] Content { get; set; } = [];

    /// <summary>Null for a host that sends none.</summary>
    public string? ETag { get; set; } = "\"1\"";

    /// <summary>Null for a host that sends none.</summary>
    public DateTimeOffset? LastModified { get; set; }

    /// <summary>Asked before an answer; true when it has answered itself.</summary>
    public Func<HttpContext, (long First, long Last)?, Task<bool>> Fault { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>The ranges that were asked for so far, without those of the first look at the file.</summary>
    public IReadOnlyList<(long First, long Last)> Asked => [.. _asked.Where(range => range != (0, 511))];

    /// <summary>Requests without a range.</summary>
    public int Whole { get; private set; }

    public static async Task<FileHost> StartAsync(byte[] content)
    {
        var host = new FileHost { Content = content };
        host._server = await SourceServer.StartAsync(host.AnswerAsync);
        return host;
    }

    public string Url(string file) => _server!.Url(file);

    public void Forget() => _asked.Clear();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    /// <summary>Sends a part of the content, and with it the headers of the whole answer; the connection then breaks if that promised more.</summary>
    public async Task SendAsync(HttpContext context, (long First, long Last) range, int count)
    {
        Describe(context, range);
        await context.Response.Body.WriteAsync(Content.AsMemory((int)range.First, count), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private string? HttpDate => LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private async Task AnswerAsync(HttpContext context)
    {
        var range = RangeOf(context.Request);
        if (range is { } wanted)
        {
            _asked.Enqueue(wanted);
        }
        else
        {
            Whole++;
        }

        if (await Fault(context, range))
        {
            return;
        }

        var ifRange = context.Request.Headers.IfRange.ToString();
        if (range is null || (ifRange.Length > 0 && ifRange != (ETag ?? HttpDate)))
        {
            Validate(context);
            context.Response.ContentLength = Content.Length;
            await context.Response.Body.WriteAsync(Content, context.RequestAborted);
        }
        else if (range.Value.First >= Content.Length)
        {
            context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            context.Response.Headers.ContentRange = $"bytes */{Content.Length}";
        }
        else
        {
            var part = (range.Value.First, Last: Math.Min(range.Value.Last, Content.Length - 1));
            await SendAsync(context, part, (int)(part.Last - part.First + 1));
        }
    }

    private void Describe(HttpContext context, (long First, long Last) range)
    {
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        Validate(context);
        context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{Content.Length}");
        context.Response.ContentLength = range.Last - range.First + 1;
    }

    private void Validate(HttpContext context) => (context.Response.Headers.ETag, context.Response.Headers.LastModified) = (ETag, HttpDate);

    private static (long First, long Last)? RangeOf(HttpRequest request) =>
        RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) ? (range.Ranges.Single().From!.Value, range.Ranges.Single().To!.Value) : null;
}
