using System.Text;
using System.Text.Json.Nodes;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.Datasets.Tests;

public sealed class DatasetManifestTests
{
    private static readonly DatasetManifest Manifest = new()
    {
        SchemaVersion = DatasetManifest.CurrentSchemaVersion,
        Name = "genres",
        Version = 3,
        Profile = "genres",
        Source = new DatasetSource { FileName = "genres.zip", Sha256 = "aa", Bytes = 123, Licence = "MIT" },
        Labels = ["jazz", "r&b"],
        SamplesPerLabel = new Dictionary<string, int> { ["jazz"] = 1, ["r&b"] = 3 },
        Samples = 4,
        MajorityClassAccuracy = 0.75,
        FurtherSources = [new DatasetSource { Sha256 = "dd", Bytes = 45, Labels = new DatasetSource { Sha256 = "ee", Bytes = 6 } }],
        BaseVersion = 2,
        Tabular = [new TabularColumn("tempo", 3, 1, 120, 2.5, 117, 123)],
        UnreadableValues = new Dictionary<string, int> { ["tempo"] = 1 },
        Shards = [new ShardDescription("shards/00000.tar", 2_048, "bb", 4)],
        SamplesSha256 = "cc",
        Quarantined = new Dictionary<string, int> { ["badCrc"] = 2 },
        Flagged = new Dictionary<string, int> { ["silent"] = 1 },
        Producer = "GenreCloud 0.1.0",
        Created = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero),
    };

    /// <summary>Members that came after the first manifests.</summary>
    private static readonly string[] Optional = ["unreadableValues", "furtherSources", "baseVersion", "flagged"];

    [Fact]
    public void What_was_written_is_read() => DatasetManifest.Parse(Manifest.ToJson()).ToJson().ShouldBe(Manifest.ToJson());

    [Fact]
    public void The_json_has_the_names_of_the_documented_schema()
        => Encoding.UTF8.GetString(Manifest.ToJson()).ShouldBe(
            """
            {"schemaVersion":1,"name":"genres","version":3,"profile":"genres",
            "source":{"fileName":"genres.zip","sha256":"aa","bytes":123,"licence":"MIT"},
            "furtherSources":[{"sha256":"dd","bytes":45,"labels":{"sha256":"ee","bytes":6}}],"baseVersion":2,
            "labels":["jazz","r&b"],"samplesPerLabel":{"jazz":1,"r&b":3},"samples":4,"majorityClassAccuracy":0.75,
            "tabular":[{"name":"tempo","count":3,"missing":1,"mean":120,"standardDeviation":2.5,"minimum":117,"maximum":123}],
            "unreadableValues":{"tempo":1},
            "shards":[{"file":"shards/00000.tar","bytes":2048,"sha256":"bb","samples":4}],
            "samplesSha256":"cc","quarantined":{"badCrc":2},"flagged":{"silent":1},"producer":"GenreCloud 0.1.0","created":"2026-11-23T12:00:00+00:00"}
            """.ReplaceLineEndings(""));

    [Fact]
    public void A_newer_schema_is_refused_whatever_else_it_says()
        => Should.Throw<DatasetException>(() => Parse("""{"schemaVersion":2,"shards":"elsewhere"}"""))
            .Message.ShouldBe("The dataset's manifest has schema version 2, and this program reads up to 1: use a newer GenreCloud.");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("""{"schemaVersion":"1"}""")]
    [InlineData("""{"schemaVersion":0}""")]
    [InlineData("""{"schemaVersion":1}""")]
    public void What_is_no_manifest_is_refused(string json) => Should.Throw<DatasetException>(() => Parse(json));

    [Fact]
    public void Every_required_member_is_required()
    {
        foreach (var name in JsonNode.Parse(Manifest.ToJson())!.AsObject().Select(member => member.Key).Except(Optional).ToArray())
        {
            var json = JsonNode.Parse(Manifest.ToJson())!.AsObject();
            json.Remove(name);
            Should.Throw<DatasetException>(() => Parse(json.ToJsonString()), name);
        }
    }

    [Fact]
    public void A_version_from_before_there_were_optional_members_has_none_of_them()
    {
        var json = JsonNode.Parse(Manifest.ToJson())!.AsObject();
        foreach (var name in Optional)
        {
            json.Remove(name).ShouldBeTrue(name);
        }

        var manifest = Parse(json.ToJsonString());
        manifest.UnreadableValues.ShouldBeEmpty();
        manifest.FurtherSources.ShouldBeEmpty();
        manifest.Flagged.ShouldBeEmpty();
        manifest.BaseVersion.ShouldBeNull();
    }

    private static DatasetManifest Parse(string json) => DatasetManifest.Parse(Encoding.UTF8.GetBytes(json));
}
