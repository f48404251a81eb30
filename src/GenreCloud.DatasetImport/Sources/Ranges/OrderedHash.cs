using System.Security.Cryptography;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>SHA-256 over parts that are there in any order, a few at a time: each waits for its turn.</summary>
internal sealed class OrderedHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly TaskCompletionSource[] _turns;

    public OrderedHash(int parts)
    {
        _turns = [.. Enumerable.Range(0, parts + 1).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        _turns[0].SetResult();
    }

    public async Task AppendAsync(int part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _turns[part].Task.WaitAsync(cancellationToken);
        _hash.AppendData(bytes.Span);
        _turns[part + 1].SetResult();
    }

    /// <summary>In lower-case hexadecimal, once every part was there.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
