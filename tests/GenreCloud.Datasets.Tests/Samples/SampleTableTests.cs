using System.Text.Json;
using CsCheck;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Storage;

namespace GenreCloud.Datasets.Tests.Samples;

public sealed class SampleTableTests
{
    private static readonly Gen<Sample> AnySample = Gen.Select(
        Gen.Int,
        Gen.OneOf(Gen.Const("r&b"), Gen.Const("日本 ロック"), Gen.Const("")),
        Gen.String.Array[0, 4],
        Gen.String.Null(),
        Gen.Float.Where(float.IsFinite),
        Gen.Bool,
        Gen.Long[0, long.MaxValue],
        (number, label, artists, text, tempo, hasTempo, offset) => new Sample
        {
            Id = $"id-{number}",
            Label = label,
            Artists = artists,
            Collection = text,
            Title = text,
            Shard = number & 0xFF,
            Offset = offset,
            Length = number & 0xFFFFF,
            PixelsSha256 = new string('a', 64),
            Flags = hasTempo ? [SampleFlag.Silent, SampleFlag.NearDuplicate] : [],
            NearDuplicateOf = hasTempo ? text : null,
            Fingerprint = hasTempo ? text : null,
            Tabular = hasTempo ? new Dictionary<string, float> { ["tempo"] = tempo } : [],
        });

    [Fact]
    public async Task What_was_written_is_read()
    {
        for (uint stream = 0; stream < 30; stream++)
        {
            Sample[] samples = [.. AnySample.Array[0, 200].Generate(new PCG(stream, 1), null, out _).DistinctBy(sample => sample.Id)];

            Describe(await ReadAsync(await WriteAsync(samples))).ShouldBe(Describe(samples));
        }
    }

    [Fact]
    public async Task Tables_longer_than_a_row_group_keep_their_order()
    {
        Sample[] samples = [.. Enumerable.Range(0, 50_003).Select(Make)];

        var read = await ReadAsync(await WriteAsync(samples));

        read.Select(sample => sample.Id).ShouldBe(samples.Select(sample => sample.Id));
        read[^1].Artists.ShouldBe(samples[^1].Artists);
    }

    [Fact]
    public async Task The_same_samples_give_the_same_bytes()
    {
        Sample[] samples = [.. Enumerable.Range(0, 500).Select(Make)];

        (await WriteAsync(samples)).ShouldBe(await WriteAsync(samples));
    }

    [Fact]
    public async Task A_value_that_only_some_samples_have_is_missing_in_the_others()
    {
        var read = await ReadAsync(await WriteAsync(
        [
            Make(1) with { Tabular = new Dictionary<string, float> { ["tempo"] = 120.5f, ["key"] = 3 } },
            Make(2) with { Tabular = new Dictionary<string, float> { ["key"] = 5 } },
            Make(3),
        ]));

        read[0].Tabular.Keys.ShouldBe(["key", "tempo"]);
        read[0].Tabular["tempo"].ShouldBe(120.5f);
        read[1].Tabular.ShouldHaveSingleItem().Value.ShouldBe(5);
        read[2].Tabular.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task A_value_that_is_not_finite_in_a_table_from_elsewhere_is_missing(float value)
    {
        var read = await ReadAsync(await WriteAsync(
        [
            Make(1) with { Tabular = new Dictionary<string, float> { ["tempo"] = 120, ["key"] = value } },
            Make(2) with { Tabular = new Dictionary<string, float> { ["key"] = 3 } },
        ]));

        read[0].Tabular.ShouldBe(new Dictionary<string, float> { ["tempo"] = 120 });
        TabularFeatures.Measure(read).Missing.ShouldAllBe(missing => float.IsFinite(missing));
    }

    [Fact]
    public async Task Two_samples_of_one_id_are_refused()
        => (await Should.ThrowAsync<ArgumentException>(() => WriteAsync([Make(1), Make(2), Make(1)]))).Message.ShouldContain("'id1'");

    private static Sample Make(int number) => new()
    {
        Id = $"id{number}",
        Label = number % 2 == 0 ? "jazz" : "rock",
        Artists = [.. Enumerable.Range(0, number % 3).Select(i => $"artist {i}")],
        Collection = number % 5 == 0 ? null : "list",
        Title = $"title {number}",
        Shard = number / 100,
        Offset = number * 1_000L,
        Length = number,
        PixelsSha256 = number.ToString("x64", null),
        Tabular = new Dictionary<string, float>(),
    };

    private static string Describe(IReadOnlyList<Sample> samples)
        => JsonSerializer.Serialize(samples, GenreCloudJson.Options);

    private static async Task<byte[]> WriteAsync(IReadOnlyList<Sample> samples)
    {
        using var stream = new MemoryStream();
        await SampleTable.WriteAsync(stream, samples, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    private static Task<IReadOnlyList<Sample>> ReadAsync(byte[] table)
        => SampleTable.ReadAsync(new MemoryStream(table), TestContext.Current.CancellationToken);
}
