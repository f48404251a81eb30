using GenreCloud.Client;
using GenreCloud.Dashboard.Datasets;

namespace GenreCloud.Dashboard.Tests.Datasets;

public sealed class QuarantinedFilesTests : IDisposable
{
    private const string Path = "/api/datasets/genres/2/quarantine/content";

    private readonly StubService _service = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task Of_a_large_file_only_the_beginning_is_read()
    {
        var body = new ZeroStream();
        _service.Answer(Path, () => new StreamContent(body) { Headers = { ContentLength = 64 << 20 } });

        var head = await new QuarantinedFiles(_service.Client).ReadHeadAsync("genres", 2, "rock/a.png", CancellationToken);

        head.Bytes.Length.ShouldBe(HexDump.MostBytes);
        head.Length.ShouldBe(64 << 20);
        body.BytesRead.ShouldBe(HexDump.MostBytes);
    }

    [Fact]
    public async Task A_small_file_is_read_as_it_is()
    {
        _service.Answer(Path, () => new ByteArrayContent([1, 2, 3]));

        var head = await new QuarantinedFiles(_service.Client).ReadHeadAsync("genres", 2, "rock/a.png", CancellationToken);

        head.Bytes.ShouldBe([1, 2, 3]);
        head.Length.ShouldBe(3);
    }

    [Fact]
    public async Task What_the_service_says_is_told() =>
        (await Should.ThrowAsync<GenreCloudException>(() => new QuarantinedFiles(_service.Client).ReadHeadAsync("genres", 2, "rock/a.png", CancellationToken))).Problem.Title.ShouldBe("It is not there");

    /// <summary>Zeros without end, counted.</summary>
    private sealed class ZeroStream : Stream
    {
        public int BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Clear();
            BytesRead += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
