using System.Net;

namespace GenreCloud.Client.Tests.Imports;

/// <summary>What stays unread of a body no service can tell: it is counted here.</summary>
public sealed class QuarantinedFileTests
{
    private const int Asked = 512;
    private const int Length = 64 << 20;

    [Fact]
    public async Task Of_a_large_file_only_the_beginning_is_read()
    {
        using var body = new CountedZeros();
        using var http = new HttpClient(new OneAnswer(body)) { BaseAddress = new Uri("http://stub/") };

        var file = await new DatasetImportClient(http).GetQuarantinedAsync("genres", 2, "rock/a.png", Asked, TestContext.Current.CancellationToken);

        (file.Bytes.Length, file.Length).ShouldBe((Asked, Length));
        body.BytesRead.ShouldBe(Asked);
    }

    private sealed class OneAnswer(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) { Headers = { ContentLength = Length } } });
    }

    /// <summary>Zeros.</summary>
    private sealed class CountedZeros() : MemoryStream(new byte[QuarantinedFileTests.Length])
    {
        public int BytesRead { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            BytesRead += read;
            return read;
        }
    }
}
