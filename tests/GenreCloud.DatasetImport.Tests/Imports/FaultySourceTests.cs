using System.Net.Http.Json;
using System.Security.Cryptography;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>A service process whose source fails: the import completes, or fails clearly and completes when it is retried, and no block is fetched twice.</summary>
[Collection(WaitingTestsFirst.Collection)]
public sealed class FaultySourceTests(FaultySourceTests.RunningService service) : IClassFixture<FaultySourceTests.RunningService>
{
    private const int Tracks = 3;

    /// <summary>The block from which on the host fails.</summary>
    private const long FirstFaulty = 2 * StagedBlocks.BlockBytes;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] Archive = Zip(seed: 1);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>What goes wrong.</summary>
    public enum Fault
    {
        Drops,
        ShortPause,
        LongPause,
        Refused,
        WrongLength,
        Changed,
        KeepsChanging,
    }

    [Theory]
    [InlineData(Fault.Drops, null)]
    [InlineData(Fault.ShortPause, null)]
    [InlineData(Fault.Changed, null)]
    [InlineData(Fault.LongPause, "The source is refused")]
    [InlineData(Fault.Refused, "The source is refused")]
    [InlineData(Fault.WrongLength, "The source keeps changing")]
    [InlineData(Fault.KeepsChanging, "The source keeps changing")]
    public async Task An_import_completes_or_fails_clearly_and_completes_when_it_is_retried(Fault fault, string? failure)
    {
        await using var host = await FileHost.StartAsync(Archive);
        host.Fault = FaultOf(fault, host);
        var request = new ImportRequest { Dataset = $"faulty-{fault}".ToLowerInvariant(), Profile = "genres", Source = new ImportSource { Url = host.Url("genres.zip") } };
        using var accepted = await service.Client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        var id = (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;

        var import = await EndOfAsync(id);
        import.Error?.Title.ShouldBe(failure);
        if (failure is not null)
        {
            import.Status.ShouldBe(ImportStatus.Failed);
            var there = await StoredFiles.BlocksAsync(service.Account, CancellationToken);
            host.Fault = (_, _) => Task.FromResult(false);
            host.Forget();
            using var retried = await service.Client.PostAsync(new Uri($"/api/imports/{id}/retry", UriKind.Relative), content: null, CancellationToken);
            import = await EndOfAsync(id);
            host.Asked.Select(range => range.First).Order().ShouldBe(Offsets().Except(fault == Fault.KeepsChanging ? [] : there));
        }

        import.Status.ShouldBe(ImportStatus.Completed, $"{import.Error}");
        import.Progress.Imported.ShouldBe(Tracks);
        import.StagedArchives.ShouldHaveSingleItem().Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(host.Content)));
        host.Whole.ShouldBe(0);
        if (fault is Fault.Drops or Fault.ShortPause)
        {
            Offsets().ShouldBeSubsetOf(host.Asked.Select(range => range.First));
            (host.Asked.Select(range => range.First).Distinct().Count() == host.Asked.Count).ShouldBe(fault == Fault.Drops, "what is refused is asked for again, what has come is not");
        }
    }

    private static IEnumerable<long> Offsets() => Enumerable.Range(0, (Archive.Length + StagedBlocks.BlockBytes - 1) / StagedBlocks.BlockBytes)
        .Select(block => (long)block * StagedBlocks.BlockBytes);

    /// <summary>Pictures behind a file that nobody reads, of some blocks.</summary>
    private static byte[] Zip(int seed)
    {
        var noise = new byte[(3 * StagedBlocks.BlockBytes) + 1];
        new Random(seed).NextBytes(noise);
        var zip = new SourceZip().Entry("noise.bin", noise);
        for (var track = 0; track < Tracks; track++)
        {
            zip.Track($"track{track}", "rock", TestPng.Spectrogram(track));
        }

        return zip.ToBytes();
    }

    private static Func<HttpContext, (long First, long Last)?, Task<bool>> FaultOf(Fault fault, FileHost host)
    {
        var faults = 0;
        return fault switch
        {
            Fault.Drops => async (context, range) =>
            {
                if (range is not { } wanted || wanted.Last - wanted.First < StagedBlocks.BlockBytes / 2)
                {
                    return false;
                }

                await host.SendAsync(context, wanted, StagedBlocks.BlockBytes / 2);
                return true;
            },
            Fault.ShortPause => (context, range) => Task.FromResult(
                range is { First: >= FirstFaulty } && Interlocked.Increment(ref faults) == 1 && Refuse(context, StatusCodes.Status429TooManyRequests, "1")),
            Fault.LongPause => (context, range) => Task.FromResult(range is { First: >= FirstFaulty } && Refuse(context, StatusCodes.Status429TooManyRequests, "3600")),
            Fault.Refused => (context, range) => Task.FromResult(
                (range is { First: >= FirstFaulty } || Volatile.Read(ref faults) > 0) && Interlocked.Increment(ref faults) > 0 && Refuse(context, StatusCodes.Status403Forbidden)),
            Fault.WrongLength => async (context, range) =>
            {
                if (range is not { First: >= FirstFaulty } wanted)
                {
                    return false;
                }

                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ETag = host.ETag;
                context.Response.Headers.ContentRange = $"bytes {wanted.First}-{wanted.Last}/{host.Content.Length + 1}";
                await context.Response.Body.WriteAsync(host.Content.AsMemory((int)wanted.First, 1), context.RequestAborted);
                return true;
            },
            Fault.Changed => (_, range) =>
            {
                if (range is { First: >= FirstFaulty } && Interlocked.Increment(ref faults) == 1)
                {
                    (host.Content, host.ETag) = (Zip(seed: 2), "\"2\"");
                }

                return Task.FromResult(false);
            },
            _ => (_, range) =>
            {
                host.ETag = range is { First: >= FirstFaulty } ? $"\"changed {Interlocked.Increment(ref faults)}\"" : host.ETag;
                return Task.FromResult(false);
            },
        };
    }

    private static bool Refuse(HttpContext context, int status, string? retryAfter = null)
    {
        (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (status, retryAfter);
        return true;
    }

    private async Task<Import> EndOfAsync(string id)
    {
        while (true)
        {
            var import = (await service.Client.GetFromJsonAsync<Import>($"/api/imports/{id}", GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
            if (import.HasEnded)
            {
                return import;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    /// <summary>A service process on a storage account of its own.</summary>
    public sealed class RunningService(AzuriteFixture azurite) : IAsyncLifetime
    {
        private ServiceProcess? _process;

        public StorageAccount Account { get; } = azurite.NewAccount();

        public HttpClient Client { get; } = new();

        public async ValueTask InitializeAsync()
        {
            _process = ServiceProcess.Start(
                ServiceProcess.ExecutableOf("GenreCloud.DatasetImport"),
                ["--urls", "http://127.0.0.1:0"],
                ("ConnectionStrings__blobs", Account.ConnectionString),
                ("ConnectionStrings__queues", Account.ConnectionString),
                ("DatasetImport__AllowPrivateAddresses", "true"));
            Client.BaseAddress = await _process.WaitForAddressAsync(CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            if (_process is not null)
            {
                await _process.DisposeAsync();
            }
        }
    }
}
