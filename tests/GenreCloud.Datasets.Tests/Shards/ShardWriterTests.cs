using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.Datasets.Tests.Shards;

public sealed class ShardWriterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("genrecloud-shards-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task SystemFormatsTar_reads_what_was_written()
    {
        var contents = Contents(40);
        var (shards, locations) = await WriteAsync(contents, targetBytes: 20_000);

        var read = new Dictionary<string, byte[]>();
        foreach (var shard in shards)
        {
            await using var file = File.OpenRead(PathOf(shard));
            await using var reader = new TarReader(file);
            while (await reader.GetNextEntryAsync(copyData: true, TestContext.Current.CancellationToken) is { } entry)
            {
                entry.EntryType.ShouldBe(TarEntryType.RegularFile);
                entry.Format.ShouldBe(TarEntryFormat.Ustar);
                entry.Uid.ShouldBe(0);
                entry.Gid.ShouldBe(0);
                entry.ModificationTime.ShouldBe(DateTimeOffset.UnixEpoch);
                entry.Mode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                var content = new byte[entry.Length];
                entry.DataStream?.ReadExactly(content);
                read.Add(entry.Name, content);
            }
        }

        read.Keys.ShouldBe(contents.Select(content => $"{content.Id}.png"));
        read.Values.ShouldBe(contents.Select(content => content.Png));
        locations.Select(location => location.Shard).Distinct().ShouldBe(Enumerable.Range(0, shards.Count));
    }

    [Fact]
    public async Task The_tar_program_extracts_what_was_written()
    {
        var contents = Contents(10);
        var (shards, _) = await WriteAsync(contents);
        var target = Directory.CreateDirectory(Path.Combine(_directory, "extracted")).FullName;

        using var tar = Process.Start(new ProcessStartInfo("tar", ["-xf", PathOf(shards.ShouldHaveSingleItem()), "-C", target]) { RedirectStandardError = true })!;
        var errors = await tar.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tar.WaitForExitAsync(TestContext.Current.CancellationToken);

        errors.ShouldBeEmpty();
        tar.ExitCode.ShouldBe(0);
        foreach (var (id, png) in contents)
        {
            (await File.ReadAllBytesAsync(Path.Combine(target, $"{id}.png"), TestContext.Current.CancellationToken)).ShouldBe(png);
        }
    }

    [Fact]
    public async Task A_picture_lies_where_its_location_says()
    {
        var contents = Contents(40);
        var (shards, locations) = await WriteAsync(contents, targetBytes: 20_000);

        foreach (var (content, location) in contents.Zip(locations))
        {
            var shard = await File.ReadAllBytesAsync(PathOf(shards[location.Shard]), TestContext.Current.CancellationToken);
            shard.AsSpan((int)location.Offset, location.Length).SequenceEqual(content.Png).ShouldBeTrue(content.Id);
        }
    }

    [Fact]
    public async Task Shards_are_described_as_they_are_and_keep_to_their_target()
    {
        const long Target = 20_000;
        var (shards, _) = await WriteAsync(Contents(40), Target);

        shards.Count.ShouldBeGreaterThan(2);
        shards.Sum(shard => shard.Samples).ShouldBe(40);
        foreach (var shard in shards)
        {
            var bytes = await File.ReadAllBytesAsync(PathOf(shard), TestContext.Current.CancellationToken);
            shard.Bytes.ShouldBe(bytes.Length);
            shard.Bytes.ShouldBeLessThanOrEqualTo(Target);
            shard.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    [Fact]
    public async Task The_same_pictures_give_the_same_bytes()
    {
        var first = (await WriteAsync(Contents(10))).Shards;
        var second = (await WriteAsync(Contents(10))).Shards;

        second.ShouldBe(first);

        // Pinned: another machine or version writes it too.
        first[0].Sha256.ShouldBe("36dd7f29358d283a73f9d2489338e70c2bd9f7c0235f1cc9f8498ac157c28c48");
    }

    [Fact]
    public async Task A_picture_above_the_target_gets_a_shard_of_its_own()
    {
        var (shards, _) = await WriteAsync([("small", new byte[10]), ("large", new byte[5_000]), ("last", new byte[10])], targetBytes: 4_096);

        shards.Select(shard => shard.Samples).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public async Task Nothing_added_is_no_shard() => (await WriteAsync([])).Shards.ShouldBeEmpty();

    [Fact]
    public Task An_unsafe_id_is_refused() => Should.ThrowAsync<ArgumentException>(() => WriteAsync([("../x", [1])]));

    private static (string Id, byte[] Png)[] Contents(int count)
        => [.. Enumerable.Range(0, count).Select(i => ($"sample-{i}", Enumerable.Range(0, i * 64).Select(j => (byte)(i * j)).ToArray()))];

    private string PathOf(ShardDescription shard) => Path.Combine(_directory, Path.GetFileName(shard.File));

    private async Task<(IReadOnlyList<ShardDescription> Shards, ShardLocation[] Locations)> WriteAsync(
        (string Id, byte[] Png)[] contents, long targetBytes = ShardWriter.DefaultTargetBytes)
    {
        await using var writer = new ShardWriter(
            (shard, _) => Task.FromResult<Stream>(File.Create(Path.Combine(_directory, Path.GetFileName(ShardDescription.FileOf(shard))))),
            async (stream, cancellationToken) =>
            {
                stream.Position = 0;
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            },
            targetBytes);
        var locations = new List<ShardLocation>();
        foreach (var (id, png) in contents)
        {
            locations.Add(await writer.AddAsync(id, png, TestContext.Current.CancellationToken));
        }

        return (await writer.CompleteAsync(TestContext.Current.CancellationToken), [.. locations]);
    }
}
