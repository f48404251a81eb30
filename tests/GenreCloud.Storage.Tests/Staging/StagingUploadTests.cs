using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Staging;

public sealed class StagingUploadTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int MiB = 1024 * 1024;

    private readonly BlobContainerClient _container = azurite.NewAccount().Blobs.GetBlobContainerClient("sources");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _container.CreateAsync(cancellationToken: CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8 * MiB)]
    [InlineData((17 * MiB) + 3)]
    public async Task The_blob_has_the_hash_as_its_name_and_exactly_the_content(int length)
    {
        var content = Content(length);

        var staged = await UploadAsync(new RaggedStream(content), length);

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        staged.ShouldBe(new StagedBlob($"{sha256}.zip", sha256, length));
        var stored = (await _container.GetBlobClient(staged.BlobName).DownloadContentAsync(CancellationToken)).Value;
        stored.Content.ToMemory().Span.SequenceEqual(content).ShouldBeTrue();
        stored.Details.ContentType.ShouldBe("application/zip");
        (await AllBlobsAsync()).ShouldBe([staged.BlobName]);
    }

    [Fact]
    public async Task Content_that_was_staged_before_is_reused()
    {
        var content = Content(MiB);
        var first = await UploadAsync(new MemoryStream(content), MiB);
        var properties = (await _container.GetBlobClient(first.BlobName).GetPropertiesAsync(cancellationToken: CancellationToken)).Value;

        var second = await UploadAsync(new MemoryStream(content), MiB);

        second.ShouldBe(first);
        (await _container.GetBlobClient(first.BlobName).GetPropertiesAsync(cancellationToken: CancellationToken)).Value.CopyId.ShouldBe(properties.CopyId, "not copied again");
        (await AllBlobsAsync()).ShouldBe([first.BlobName]);
    }

    [Fact]
    public async Task Concurrent_uploads_of_the_same_content_make_one_blob()
    {
        var content = Content(MiB);

        var staged = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => UploadAsync(new MemoryStream(content), MiB)));

        staged.Distinct().ShouldHaveSingleItem();
        (await AllBlobsAsync()).ShouldBe([staged[0].BlobName]);
    }

    [Theory]
    [InlineData((8 * MiB) - 1, 8 * MiB)]
    [InlineData(16 * MiB, (16 * MiB) + 1)]
    public async Task Content_over_the_limit_is_refused_and_leaves_nothing(long limit, int length)
    {
        var exception = await Should.ThrowAsync<UploadTooLargeException>(() => UploadAsync(new MemoryStream(Content(length)), limit));

        exception.MaxBytes.ShouldBe(limit);
        (await AllBlobsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_nothing()
    {
        var broken = new RaggedStream(Content(10 * MiB), breakAt: 9 * MiB);

        await Should.ThrowAsync<IOException>(() => UploadAsync(broken, long.MaxValue));

        (await AllBlobsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var upload = new StagingUpload(_container, TimeProvider.System);

        // After the first block was stored.
        var content = new RaggedStream(Content(10 * MiB), breakAt: 9 * MiB, cancellation.Cancel);

        await Should.ThrowAsync<OperationCanceledException>(
            () => upload.UploadAsync(content, StagedKind.Zip, long.MaxValue, expectedSha256: null, cancellation.Token));

        (await AllBlobsAsync()).ShouldBeEmpty();
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private Task<StagedBlob> UploadAsync(Stream content, long maxBytes) =>
        new StagingUpload(_container, TimeProvider.System).UploadAsync(content, StagedKind.Zip, maxBytes, expectedSha256: null, CancellationToken);

    /// <summary>Every blob, also those that have uncommitted blocks only.</summary>
    private async Task<List<string>> AllBlobsAsync()
    {
        var names = new List<string>();
        await foreach (var blob in _container.GetBlobsAsync(
            new GetBlobsOptions { States = BlobStates.Uncommitted }, CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    /// <summary>A stream as a network gives it: not seekable, in pieces of any size, and possibly broken.</summary>
    private sealed class RaggedStream(byte[] content, int breakAt = int.MaxValue, Action? onBreak = null) : Stream
    {
        private readonly Random _random = new(1);
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous reading only, as Kestrel asks.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_position >= breakAt)
            {
                onBreak?.Invoke();
                cancellationToken.ThrowIfCancellationRequested();
                throw new IOException("The connection was closed.");
            }

            var count = Math.Min(Math.Min(buffer.Length, content.Length - _position), _random.Next(1, 200_000));
            content.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            return ValueTask.FromResult(count);
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
