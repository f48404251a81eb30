using System.Security.Cryptography;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A URL whose host gives ranges is staged in parallel, and goes on where it was broken off.</summary>
public sealed class RangeStagingTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Blocks = 12;

    private static readonly DateTimeOffset Modified = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly byte[] _archive = StagingService.Archive(Blocks);
    private FileHost _host = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await FileHost.StartAsync(_archive);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_range_is_fetched_once_and_the_blob_is_named_after_its_content(bool hasETag)
    {
        TellBy(hasETag);
        await using var service = await StagingService.StartAsync(_account);
        var reached = new List<long>();

        var staged = await service.StageAsync(new ImportSource { Url = _host.Url("a.zip") }, onProgress: (bytes, all) =>
        {
            all.ShouldBe(_archive.Length);
            reached.Add(bytes);
        });

        await service.ShouldHaveAsync(staged, _archive);
        (staged.FileName, staged.Url).ShouldBe(("a.zip", _host.Url("a.zip")));
        _host.Asked.Order().ShouldBe(RangesFrom(0));
        _host.Whole.ShouldBe(0);
        reached.ShouldBeInOrder();
        reached[^1].ShouldBe(_archive.Length);
        (await service.FilesAsync()).ShouldBe([staged.Blob]);
    }

    [Fact]
    public async Task What_was_staged_before_is_not_fetched_again_whatever_the_signature()
    {
        await using var service = await StagingService.StartAsync(_account);
        var first = await service.StageAsync(_host.Url("a.zip?v=1&sig=one&se=2030"));
        _host.Forget();

        (await service.StageAsync(_host.Url("a.zip?v=1&sig=two&se=2031"))).ShouldBe(first);

        _host.Asked.ShouldBeEmpty();
        first.Url.ShouldBe(_host.Url("a.zip?v=***&sig=***&se=***"));
    }

    [Fact]
    public async Task A_file_that_is_there_by_its_hash_is_not_asked_for()
    {
        await using var service = await StagingService.StartAsync(_account);
        var staged = await service.StageAsync(_host.Url("a.zip"));
        await _host.DisposeAsync();

        var again = await service.StageAsync("http://127.0.0.1:9/elsewhere.zip", staged.Sha256);

        (again.Blob, again.Bytes).ShouldBe((staged.Blob, staged.Bytes));
    }

    [Fact]
    public async Task The_same_content_from_two_places_is_kept_once()
    {
        await using var service = await StagingService.StartAsync(_account);

        var staged = await Task.WhenAll(service.StageAsync(_host.Url("a.zip")), service.StageAsync(_host.Url("b.zip")), service.StageAsync(_host.Url("a.zip")));

        staged.Select(source => source.Blob).Distinct().ShouldHaveSingleItem();
        (await service.FilesAsync()).ShouldBe([staged[0].Blob]);
        _host.Asked.Count(range => range.First == 0).ShouldBe(2, "once a place");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(7, false)]
    public async Task Another_service_goes_on_with_the_blocks_that_are_missing(int stopAtBlock, bool hasETag)
    {
        TellBy(hasETag);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        await using (var first = await StagingService.StartAsync(_account))
        {
            _host.Fault = async (context, range) =>
            {
                if (range is { First: > 0 } && range.Value.First == stopAtBlock * StagingService.BlockBytes)
                {
                    await stop.CancelAsync();
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                }

                return false;
            };
            await Should.ThrowAsync<OperationCanceledException>(
                () => first.StageAsync(new ImportSource { Url = _host.Url("a.zip") }, cancellationToken: stop.Token));
        }

        _host.Fault = (_, _) => Task.FromResult(false);
        var before = _host.Asked;
        var there = await StoredBlocksAsync();
        there.ShouldNotContain(stopAtBlock * StagingService.BlockBytes);
        _host.Forget();
        await using var second = await StagingService.StartAsync(_account);
        var reached = new List<long>();
        var staged = await second.StageAsync(new ImportSource { Url = _host.Url("a.zip") }, onProgress: (bytes, _) => reached.Add(bytes));

        await second.ShouldHaveAsync(staged, _archive);

        // A block that was under way may have arrived after all.
        var again = _host.Asked.Select(range => range.First).ToArray();
        again.ShouldBeSubsetOf(RangesFrom(0).Select(range => range.First).Except(there));
        again.Length.ShouldBeGreaterThanOrEqualTo(Blocks + 1 - there.Count - 4);
        before.Select(range => range.First).Intersect(_host.Asked.Select(range => range.First)).Count().ShouldBeLessThanOrEqualTo(4, "only those under way");
        reached[0].ShouldBeGreaterThanOrEqualTo(there.Count * StagingService.BlockBytes);
    }

    [Fact]
    public async Task A_file_that_was_complete_but_for_its_name_is_not_fetched_again()
    {
        // Killed after the blocks were committed: what is left to do is the hash and the copy.
        await using (var first = await StagingService.StartAsync(_account, configure: builder => new HeldCopy().Hold(builder, _account)))
        {
            await Should.ThrowAsync<Exception>(() => first.StageAsync(_host.Url("a.zip")));
        }

        _host.Forget();
        await using var second = await StagingService.StartAsync(_account);

        await second.ShouldHaveAsync(await second.StageAsync(_host.Url("a.zip")), _archive);

        _host.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_that_drops_every_connection_gives_no_byte_twice()
    {
        const int part = 20_000;
        _host.Fault = async (context, range) =>
        {
            if (range is { } wanted && wanted != (0, 511) && wanted.Last - wanted.First >= part)
            {
                await _host.SendAsync(context, wanted, part);
                return true;
            }

            return false;
        };
        await using var service = await StagingService.StartAsync(_account);

        await service.ShouldHaveAsync(await service.StageAsync(_host.Url("a.zip")), _archive);

        _host.Asked.Select(range => range.First).Distinct().Count().ShouldBe(_host.Asked.Count);
    }

    [Fact]
    public async Task A_host_that_asks_for_a_pause_gets_it()
    {
        var refused = 0;
        _host.Fault = (context, range) =>
        {
            if (range is { First: > 0 } && Interlocked.Increment(ref refused) <= 3)
            {
                context.Response.StatusCode = refused == 2 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "1";
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };

        // Its own pause would outlast this test.
        await using var service = await StagingService.StartAsync(_account, tuning => tuning with { RetryDelay = TimeSpan.FromHours(1) });

        await service.ShouldHaveAsync(await service.StageAsync(_host.Url("a.zip")), _archive);
    }

    [Fact]
    public async Task A_host_that_asks_for_too_long_a_pause_is_not_waited_for_and_what_is_staged_is_kept()
    {
        _host.Fault = (context, range) =>
        {
            if (range is not { First: > 5 * StagingService.BlockBytes })
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "61";
            return Task.FromResult(true);
        };
        await using var service = await StagingService.StartAsync(_account, settings: ("DatasetImport:MaxRetryAfter", "00:01:00"));

        var failure = await service.FailAsync(_host.Url("a.zip"));

        failure.Title.ShouldBe("The source is refused");
        failure.Detail.ShouldContain("answers 429");
        failure.Detail.ShouldContain("come back in 61 seconds, and 60 are waited (DatasetImport:MaxRetryAfter)");
        await ShouldGoOnAsync(service, _host.Url("a.zip"));
    }

    [Fact]
    public async Task A_signature_that_expires_in_the_middle_is_a_clear_failure_that_a_fresh_one_continues()
    {
        _host.Fault = (context, range) =>
        {
            var expired = context.Request.Query["sig"] == "old" && range is { First: > 5 * StagingService.BlockBytes or 0 } && _host.Asked.Count > 5;
            context.Response.StatusCode = expired ? StatusCodes.Status403Forbidden : StatusCodes.Status200OK;
            return Task.FromResult(expired);
        };
        await using var service = await StagingService.StartAsync(_account);

        var failure = await service.FailAsync(_host.Url("a.zip?sig=old"));

        failure.Title.ShouldBe("The source is refused");
        failure.Detail.ShouldContain("answers 403");
        failure.Detail.ShouldContain("import again with a fresh one");
        failure.Detail.ShouldNotContain("old");
        await ShouldGoOnAsync(service, _host.Url("a.zip?sig=new"));
    }

    [Fact]
    public async Task An_address_that_a_redirect_led_to_is_asked_for_again_when_it_expires()
    {
        var redirects = 0;
        _host.Fault = (context, range) =>
        {
            if (context.Request.Path == "/a.zip")
            {
                context.Response.Redirect($"/signed.zip?sig={Interlocked.Increment(ref redirects)}");
                return Task.FromResult(true);
            }

            // A signature is good for some blocks only.
            var good = range is { First: var first } && (first == 0 || first / StagingService.BlockBytes < 4 * int.Parse(context.Request.Query["sig"]!, null));
            context.Response.StatusCode = good ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
            return Task.FromResult(!good);
        };
        await using var service = await StagingService.StartAsync(_account);

        var staged = await service.StageAsync(_host.Url("a.zip"));

        await service.ShouldHaveAsync(staged, _archive);
        staged.Url.ShouldBe(_host.Url("a.zip"));
        redirects.ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData(true, Blocks - 1)]
    [InlineData(false, Blocks - 1)]
    [InlineData(false, Blocks)]
    public async Task A_file_that_changes_in_the_middle_is_staged_from_the_start(bool hasETag, int blocks)
    {
        TellBy(hasETag);
        var other = StagingService.Archive(blocks, seed: 2);
        _host.Fault = (_, range) =>
        {
            if (range is { First: 6 * StagingService.BlockBytes } && _host.Content != other)
            {
                _host.Content = other;
                (_host.ETag, _host.LastModified) = hasETag ? ("\"2\"", (DateTimeOffset?)null) : (null, Modified.AddSeconds(1));
            }

            return Task.FromResult(false);
        };
        await using var service = await StagingService.StartAsync(_account);

        var staged = await service.StageAsync(_host.Url("a.zip"));

        await service.ShouldHaveAsync(staged, other);
        (await service.FilesAsync()).ShouldBe([staged.Blob], "nothing of the old one is left");
    }

    [Fact]
    public async Task A_file_that_changed_between_two_attempts_is_staged_from_the_start()
    {
        await using var service = await StagingService.StartAsync(_account);
        _host.Fault = (context, range) =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.FromResult(range is { First: > 3 * StagingService.BlockBytes } || _host.Asked.Count > 3);
        };
        await service.FailAsync(_host.Url("a.zip"));
        (await StoredBlocksAsync()).ShouldNotBeEmpty();

        _host.Fault = (_, _) => Task.FromResult(false);
        (_host.Content, _host.ETag) = (StagingService.Archive(Blocks, seed: 3), "\"3\"");
        var staged = await service.StageAsync(_host.Url("a.zip"));

        await service.ShouldHaveAsync(staged, _host.Content);
        (await service.FilesAsync()).ShouldBe([staged.Blob]);
    }

    [Fact]
    public async Task A_file_that_never_stays_the_same_is_given_up()
    {
        var version = 0;
        _host.Fault = (_, range) =>
        {
            _host.ETag = range is { First: > 0 } ? $"\"{Interlocked.Increment(ref version)}\"" : _host.ETag;
            return Task.FromResult(false);
        };
        await using var service = await StagingService.StartAsync(_account);

        (await service.FailAsync(_host.Url("a.zip"))).Title.ShouldBe("The source keeps changing");
    }

    [Fact]
    public async Task A_host_that_announces_more_than_it_has_is_given_up()
    {
        _host.Fault = async (context, range) =>
        {
            if (range is { Last: var last } && last >= _archive.Length - 100)
            {
                // Fewer bytes than the range has, and a decent end of the answer.
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ETag = _host.ETag;
                context.Response.Headers.ContentRange = $"bytes {range.Value.First}-{last}/{_archive.Length}";
                await context.Response.Body.FlushAsync(context.RequestAborted);
                return true;
            }

            return false;
        };
        await using var service = await StagingService.StartAsync(_account);

        var failure = await service.FailAsync(_host.Url("a.zip"));

        failure.Title.ShouldBe("The source broke off");
        failure.Detail.ShouldContain($"of {_archive.Length:N0}");
        failure.Detail.ShouldContain("shorter than the range");
    }

    [Fact]
    public async Task A_host_that_falls_silent_in_the_middle_is_given_up_and_what_is_staged_is_kept()
    {
        _host.Fault = async (context, range) =>
        {
            if (range is { First: > 6 * StagingService.BlockBytes })
            {
                await _host.SendAsync(context, range.Value, 0);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            return false;
        };
        await using var service = await StagingService.StartAsync(_account, settings: ("DatasetImport:SourceTimeout", "00:00:01"));

        var failure = await service.FailAsync(_host.Url("a.zip"));

        failure.Title.ShouldBe("The source broke off");
        failure.Detail.ShouldContain("DatasetImport:SourceTimeout");
        await ShouldGoOnAsync(service, _host.Url("a.zip"));
    }

    [Fact]
    public async Task A_host_that_is_slow_and_never_silent_for_long_gives_no_byte_twice()
    {
        // Each block takes longer than the host may be silent.
        const int pieces = 8;
        _host.Content = StagingService.Archive(4);
        _host.Fault = async (context, range) =>
        {
            if (range is not { } wanted || wanted == (0, 511))
            {
                return false;
            }

            await _host.SendAsync(context, wanted, 0);
            var length = (int)(wanted.Last - wanted.First + 1);
            for (var piece = 0; piece < pieces; piece++)
            {
                await Task.Delay(100 + (50 * (piece % 5)), context.RequestAborted);
                await context.Response.Body.WriteAsync(
                    _host.Content.AsMemory((int)wanted.First + (piece * length / pieces), ((piece + 1) * length / pieces) - (piece * length / pieces)), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            return true;
        };
        await using var service = await StagingService.StartAsync(
            _account, tuning => tuning with { ParallelBlocks = 5 }, settings: ("DatasetImport:SourceTimeout", "00:00:01"));

        await service.ShouldHaveAsync(await service.StageAsync(_host.Url("a.zip")), _host.Content);

        _host.Asked.Select(range => range.First).Order().ShouldBe(Enumerable.Range(0, 5).Select(block => (long)block * StagingService.BlockBytes));
    }

    [Fact]
    public async Task A_source_that_takes_too_long_is_given_up()
    {
        _host.Fault = async (context, range) =>
        {
            if (range is { First: > 0 })
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            return false;
        };
        await using var service = await StagingService.StartAsync(_account, settings: ("DatasetImport:MaxSourceTime", "00:00:01"));

        var failure = await service.FailAsync(_host.Url("a.zip"));

        failure.Title.ShouldBe("The source takes too long");
        failure.Detail.ShouldContain("DatasetImport:MaxSourceTime");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_hash_is_a_clear_failure_and_nothing_is_kept(bool ranges)
    {
        _host.ETag = ranges ? _host.ETag : null;
        await using var service = await StagingService.StartAsync(_account);

        var failure = await service.FailAsync(_host.Url("a.zip"), new string('0', 64));

        failure.Title.ShouldBe("The source is not the one that was expected");
        failure.Detail.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(_archive)));
        (await service.FilesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_without_a_validator_is_read_in_one_stream_that_begins_again_when_it_breaks()
    {
        _host.ETag = null;
        _host.Fault = async (context, range) =>
        {
            if (range is null && _host.Whole == 1)
            {
                context.Response.ContentLength = _archive.Length;
                await context.Response.Body.WriteAsync(_archive.AsMemory(0, 100_000), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                return true;
            }

            return false;
        };
        await using var service = await StagingService.StartAsync(_account);

        var staged = await service.StageAsync(_host.Url("a.zip"));

        await service.ShouldHaveAsync(staged, _archive);
        _host.Whole.ShouldBe(2);
        (await service.FilesAsync()).ShouldBe([staged.Blob]);
    }

    [Fact]
    public async Task An_empty_file_is_refused_by_name()
    {
        _host.Content = [];
        await using var service = await StagingService.StartAsync(_account);

        (await service.FailAsync(_host.Url("a.zip"))).Title.ShouldBe("The source is empty");
    }

    /// <summary>Has the host tell the file from its successor by its ETag, or only by when it was last modified.</summary>
    private void TellBy(bool hasETag) => (_host.ETag, _host.LastModified) = hasETag ? (_host.ETag, (DateTimeOffset?)null) : (null, Modified);

    private static IEnumerable<(long First, long Last)> RangesFrom(int block) => Enumerable.Range(block, Blocks + 1 - block).Select(index => (
        (long)index * StagingService.BlockBytes,
        Math.Min((long)(index + 1) * StagingService.BlockBytes, (Blocks * StagingService.BlockBytes) + 777) - 1));

    /// <summary>With a host that is well again, the rest is fetched and nothing else.</summary>
    private async Task ShouldGoOnAsync(StagingService service, string url)
    {
        var there = await StoredBlocksAsync();
        there.ShouldNotBeEmpty();
        _host.Fault = (_, _) => Task.FromResult(false);
        _host.Forget();

        await service.ShouldHaveAsync(await service.StageAsync(url), _archive);

        _host.Asked.Select(range => range.First).Order().ShouldBe(RangesFrom(0).Select(range => range.First).Except(there));
    }

    /// <summary>Where the blocks of the only unfinished file begin.</summary>
    private async Task<IReadOnlyList<long>> StoredBlocksAsync() => await StoredFiles.BlocksAsync(_account, CancellationToken);
}
