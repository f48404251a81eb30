using System.Globalization;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets.Tabular;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>What a request can change in the way a labels CSV is read, and what it cannot.</summary>
public sealed class LabelRulesTests
{
    [Fact]
    public void Every_column_can_have_another_name()
    {
        var rules = new LabelRulesRequest
        {
            Ids = ["file"], Label = " class ", Artists = "by", ArtistIds = "by_id", Collection = "album", Title = "name", Tabular = ["bpm", "Stimmung 2"],
        };

        var row = MetalCsv.Read("file,class,by,by_id,album,name,bpm,Stimmung 2\nx/a.png,punk,Nile,7,First,Song,120.5,\n", rules).Rows.ShouldHaveSingleItem().Value;

        (row.Id, row.Label, row.Collection, row.Title).ShouldBe(("a", "punk", "First", "Song"));
        row.Artists.ShouldBe(["Nile (7)"]);
        row.Tabular.Numbers.ShouldBe(new Dictionary<string, float> { ["bpm"] = 120.5f });
    }

    [Fact]
    public void What_a_request_leaves_out_stays_as_the_profile_has_it()
    {
        var rules = new LabelRulesRequest { Drops = ["ska"] };

        var rows = MetalCsv.Read("image_path,label\na.png,blackgaze\nb.png,djent\nc.png,ska\n", rules).Rows;

        rows["a"].Label.ShouldBe("black metal");
        rows["b"].DroppedBecause.ShouldBeNull();
        rows["c"].DroppedBecause.ShouldBe("Profile metal leaves out the label ska.");
    }

    [Fact]
    public void Merges_are_followed_to_their_end()
    {
        var rules = new LabelRulesRequest { Merges = new Dictionary<string, string> { ["a"] = "b", [" b"] = "c ", ["x"] = "c" } };

        var profile = ImportProfile.Named("genres").With(rules);

        profile.LabelRules!.Merges.ShouldBe(new Dictionary<string, string> { ["a"] = "c", ["b"] = "c", ["x"] = "c" }, ignoreOrder: true);
    }

    [Fact]
    public void A_profile_with_a_csv_has_the_columns_of_the_published_one()
    {
        var genres = ImportProfile.Named("genres").LabelRules!;
        var metal = ImportProfile.Named("metal").LabelRules!;

        (genres.Ids.Single(), genres.Label, genres.Merges.Count, genres.Drops.Count, genres.Tabular.Count).ShouldBe(("track_id", "genre_short", 0, 0, 0));
        (metal.Label, metal.Merges.Count, metal.Drops.Count).ShouldBe(("label", 7, 5));
        metal.Tabular.ShouldBe(TabularFeatures.Columns);
        ImportProfile.Named("metal").With(new LabelRulesRequest()).LabelRules.ShouldBe(metal);
        ImportProfile.Named("folders").LabelRules.ShouldBeNull();
    }

    [Fact]
    public void Rules_are_equal_when_they_do_the_same()
    {
        var rules = ImportProfile.Named("metal").LabelRules!;

        (rules with { Drops = [.. rules.Drops.Reverse()], Merges = rules.Merges.Reverse().ToDictionary() }).ShouldBe(rules);
        (rules with { Drops = [.. rules.Drops.Skip(1)] }).ShouldNotBe(rules);
        (rules with { Merges = new Dictionary<string, string>(rules.Merges) { ["blackgaze"] = "shoegaze" } }).ShouldNotBe(rules);
        (rules with { Title = null }).ShouldNotBe(rules);
        (rules with { Ids = ["uri", "image_path"] }).ShouldNotBe(rules);
    }

    [Fact]
    public void Columns_of_the_published_csv_may_be_absent_and_those_that_a_request_names_may_not()
    {
        const string Csv = "image_path,label\na.png,punk\n";

        MetalCsv.Read(Csv).Rows.ShouldHaveSingleItem();
        MetalCsv.Read(Csv, new LabelRulesRequest { Artists = "artist_names", Tabular = ["tempo"] }).Rows.ShouldHaveSingleItem();
        Should.Throw<ImportFailedException>(() => MetalCsv.Read(Csv, new LabelRulesRequest { Artists = "artist" })).Title.ShouldBe("The labels have no column artist");
        Should.Throw<ImportFailedException>(() => MetalCsv.Read(Csv, new LabelRulesRequest { Tabular = ["bpm"] })).Title.ShouldBe("The labels have no column bpm");
        Should.Throw<ImportFailedException>(() => MetalCsv.Read(Csv, new LabelRulesRequest { Label = "klass" })).Title.ShouldBe("The labels have no column klass");
    }

    public static TheoryData<LabelRulesRequest, string> Unusable => new()
    {
        { new LabelRulesRequest { Ids = [] }, "ids names no column" },
        { new LabelRulesRequest { Ids = ["id", " "] }, "ids has an empty name" },
        { new LabelRulesRequest { Ids = ["id", "id "] }, "ids names \"id\" twice" },
        { new LabelRulesRequest { Ids = ["label"] }, "\"label\" cannot be both an id and the label" },
        { new LabelRulesRequest { Label = "" }, "label has an empty name" },
        { new LabelRulesRequest { Title = "  " }, "title has an empty name" },
        { new LabelRulesRequest { Tabular = ["tempo", "a.b"] }, "tabular: \"a.b\" cannot be a column" },
        { new LabelRulesRequest { Tabular = [null!] }, "tabular has an empty name" },
        { new LabelRulesRequest { Drops = ["ska", "ska"] }, "drops names \"ska\" twice" },
        { new LabelRulesRequest { Merges = new Dictionary<string, string> { ["a"] = "" } }, "merges has an empty name" },
        { new LabelRulesRequest { Merges = new Dictionary<string, string> { ["a"] = "x", ["a "] = "y" } }, "merges names \"a\" twice" },
        { new LabelRulesRequest { Merges = new Dictionary<string, string> { ["a"] = "a" } }, "merges go in a circle: \"a\" -> \"a\"" },
        { new LabelRulesRequest { Merges = new Dictionary<string, string> { ["x"] = "a", ["a"] = "b", ["b"] = "a" } }, "merges go in a circle: \"x\" -> \"a\" -> \"b\" -> \"a\"" },
        { new LabelRulesRequest { Merges = new Dictionary<string, string> { ["a"] = "b", ["b"] = "djent" } }, "\"a\" is merged into \"djent\", which is dropped" },
        { new LabelRulesRequest { Drops = ["blackgaze"] }, "\"blackgaze\" is both merged and dropped" },
        { new LabelRulesRequest { Drops = [.. Enumerable.Range(0, 8000).Select(i => i.ToString("d8", CultureInfo.InvariantCulture))] }, "longer than 64 KiB" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Rules_that_make_no_sense_are_refused_with_what_is_wrong(LabelRulesRequest rules, string why)
    {
        var exception = Should.Throw<ImportFailedException>(() => ImportProfile.Named("metal").With(rules));

        exception.Title.ShouldBe("labelRules cannot be used");
        exception.Detail.ShouldContain(why);
    }
}
