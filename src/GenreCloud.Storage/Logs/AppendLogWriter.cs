using System.Buffers;
using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// The one writer of a log that it began anew (<see cref="AppendLog{T}.BeginAnewAsync(IEnumerable{T}, CancellationToken)"/>): it collects records, and appends those that have come together, so that
/// many a second cost few requests. Each record is there exactly once. A writer whose log was begun anew by another one appends
/// nothing any more.
/// </summary>
/// <remarks>
/// An append blob takes 50,000 blocks. Shortly before that the log is written again with the same bytes in few blocks; a process that
/// dies within that moment leaves a part of it.
/// </remarks>
public sealed class AppendLogWriter<T> : IDisposable
    where T : class
{
    /// <summary>Bytes of one append, which every version of the service takes.</summary>
    private const int BlockBytes = 4 << 20;

    internal const int MostBlocks = 49_000;

    private readonly AppendBlobClient _blob;
    private readonly string _id = AppendLogId.New();
    private readonly int _mostBlocks;
    private readonly SemaphoreSlim _appending = new(1, 1);
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _collected = new();

    /// <summary>Lines that are being appended, or could not be; the storage may have the first of them.</summary>
    private ReadOnlyMemory<byte> _unsent;

    private ETag _version;
    private long _length;
    private int _blocks;

    /// <summary>Whether the unsent lines begin with those that the blob has, which it is to lose first.</summary>
    private bool _isTakenBack;

    /// <param name="blob">The log.</param>
    /// <param name="mostBlocks">With how many blocks it is written again.</param>
    internal AppendLogWriter(AppendBlobClient blob, int mostBlocks)
    {
        _blob = blob;
        _mostBlocks = mostBlocks;
    }

    /// <summary>Collects a record, which <see cref="FlushAsync"/> appends. May be called from any thread.</summary>
    public void Add(T record)
    {
        var line = JsonLines.Serialize(record);
        lock (_gate)
        {
            _collected.Write(line);
        }
    }

    /// <summary>Appends what was collected; what cannot be appended is kept for the next time.</summary>
    /// <exception cref="LogTakenOverException">Another writer has begun the log anew.</exception>
    /// <exception cref="RequestFailedException">The storage did not take it.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _appending.WaitAsync(cancellationToken);
        try
        {
            lock (_gate)
            {
                _unsent = (byte[])[.. _unsent.Span, .. _collected.WrittenSpan];
                _collected.Clear();
            }

            await SendAsync(cancellationToken);
        }
        finally
        {
            _appending.Release();
        }
    }

    /// <summary>Appends again and again until it is cancelled, or the log has another writer. What the storage does not take then it is given the next time.</summary>
    public async Task FlushEveryAsync(TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        // An append a second would bury the work's own spans.
        Activity.Current = null;
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await TryFlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nothing is collected any more.
        }
        catch (LogTakenOverException)
        {
            // The work itself finds out with its next record.
        }
    }

    public void Dispose() => _appending.Dispose();

    /// <summary>Replaces what the blob has.</summary>
    internal async Task BeginAsync(IEnumerable<T> records, CancellationToken cancellationToken)
    {
        await CreateAsync(conditions: null, cancellationToken);
        foreach (var record in records)
        {
            Add(record);
        }

        await FlushAsync(cancellationToken);
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // The next time.
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        while (_unsent.Length > 0)
        {
            try
            {
                if (_blocks >= _mostBlocks)
                {
                    await TakeBackAsync(cancellationToken);
                }

                if (_isTakenBack)
                {
                    await CreateAsync(new AppendBlobRequestConditions { IfMatch = _version }, cancellationToken);
                }

                var block = FirstBlock(_unsent);
                await AppendAsync(block, cancellationToken);
                _unsent = _unsent[block.Length..];
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                _unsent = _unsent[await FindArrivedAsync(cancellationToken)..];
            }
        }
    }

    private async Task AppendAsync(ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(block.ToArray(), writable: false);
        var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfMatch = _version } };
        BlobAppendInfo info = await _blob.AppendBlockAsync(content, options, cancellationToken);
        _version = info.ETag;
        _length += block.Length;
        _blocks++;
    }

    /// <summary>After an append whose answer was lost: how many of the unsent bytes are there.</summary>
    /// <exception cref="LogTakenOverException">It was not our append that changed the blob.</exception>
    private async Task<int> FindArrivedAsync(CancellationToken cancellationToken)
    {
        BlobProperties properties = await _blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        if (AppendLogId.Of(properties.Metadata) != _id)
        {
            throw new LogTakenOverException(_blob.Name);
        }

        var arrived = checked((int)(properties.ContentLength - _length));
        (_version, _length, _isTakenBack) = (properties.ETag, properties.ContentLength, false);
        _blocks++;
        return arrived;
    }

    /// <summary>Makes all that the blob has unsent again, to be written in fewer blocks.</summary>
    private async Task TakeBackAsync(CancellationToken cancellationToken)
    {
        BlobDownloadResult whole = await _blob.DownloadContentAsync(cancellationToken);
        _unsent = (byte[])[.. whole.Content.ToMemory().Span, .. _unsent.Span];
        (_isTakenBack, _length, _blocks) = (true, 0, 0);
    }

    private async Task CreateAsync(AppendBlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var options = new AppendBlobCreateOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = AppendLogId.ContentType },
            Metadata = AppendLogId.MetadataOf(_id),
        };
        BlobContentInfo info = await _blob.CreateAsync(options, cancellationToken);
        (_version, _isTakenBack) = (info.ETag, false);
    }

    /// <summary>As many whole lines as one append takes.</summary>
    private static ReadOnlyMemory<byte> FirstBlock(ReadOnlyMemory<byte> lines) =>
        lines.Length <= BlockBytes ? lines : lines[..(lines.Span[..BlockBytes].LastIndexOf(JsonLines.LineEnd) + 1)];
}
