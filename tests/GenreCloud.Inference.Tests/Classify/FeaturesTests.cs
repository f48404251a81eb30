using GenreCloud.Datasets.Tabular;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>Forms: a file, and what its sender knows of the track.</summary>
public sealed class FeaturesTests(AzuriteFixture azurite)
{
    private const string AllLabels = "?top=10";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tempo": null}""")]
    [InlineData("""{"tempo": 174.5, "key": 4, "explicit": 1, "loudness": -5.2, "duration_ms": 215000}""")]
    public async Task What_is_known_counts_and_the_rest_is_missing(string features)
    {
        await using var service = await StartAsync(TestModel.Tabular);
        var row = Enumerable.Repeat(float.NaN, TabularFeatures.Columns.Count).ToArray();
        if (features.Contains("174.5", StringComparison.Ordinal))
        {
            foreach (var (column, value) in (IEnumerable<(string, float)>)[("tempo", 174.5f), ("key", 4), ("explicit", 1), ("loudness", -5.2f), ("duration_ms", 215000)])
            {
                row[TabularFeatures.Columns.Index().Single(other => other.Item == column).Index] = value;
            }
        }

        using var form = Form(features, Spectrograms.Pngs[1]);
        var answer = await service.ClassifyAsync(form, AllLabels);

        Difference(answer.Probabilities, TestModel.Tabular.ProbabilitiesOf(Spectrograms.Pngs[1], row)).ShouldBeLessThan(1e-4f);
        if (features.Contains("174.5", StringComparison.Ordinal))
        {
            Difference(answer.Probabilities, TestModel.Tabular.Probabilities[1]).ShouldBeGreaterThan(1e-3f);
        }
    }

    [Fact]
    public async Task Without_features_and_behind_the_file_they_are_taken_too()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        using var after = new MultipartFormDataContent { { InferenceHost.Png(Spectrograms.Pngs[1]), "file", "a.png" }, { new StringContent("""{"mode": 1}"""), "features" } };
        using var before = Form("""{"mode": 1}""", Spectrograms.Pngs[1]);

        var plain = await service.ClassifyAsync(Spectrograms.Pngs[1], AllLabels);
        var first = await service.ClassifyAsync(after, AllLabels);
        var second = await service.ClassifyAsync(before, AllLabels);

        Difference(plain.Probabilities, TestModel.Tabular.Probabilities[1]).ShouldBeLessThan(1e-4f);
        first.Probabilities.ShouldBe(second.Probabilities);
    }

    [Fact]
    public async Task A_song_may_have_features()
    {
        await using var service = await StartAsync(TestModel.Tabular);
        using var form = Form("""{"tempo": 120}""", await Songs.ReadAsync("jazz_22050_mono.wav"));

        (await service.ClassifyAsync(form)).Segments.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("""{"tempoo": 120, "bpm": 3, "key": 1}""", "unknown: \"tempoo\", \"bpm\"")]
    [InlineData("""{"tempo": "fast", "key": true, "mode": 1}""", "no number: tempo, key")]
    [InlineData("""{"tempo": 1e300}""", "no number: tempo")]
    [InlineData("""{"tempo": 1, "tempo": 2}""", "given twice: tempo")]
    [InlineData("""{"a": 1, "tempo": []}""", "unknown: \"a\"; no number: tempo")]
    [InlineData("[1, 2]", "no JSON object")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"\uD800": 1}""", "not JSON")]
    [InlineData("", "not JSON")]
    public async Task Features_that_are_none_are_listed(string features, string detail)
    {
        await using var service = await StartAsync(TestModel.Tabular);
        using var form = Form(features, Spectrograms.Pngs[0]);

        var problem = await service.ProblemAsync(form);

        problem.Status.ShouldBe(400);
        problem.Title.ShouldBe("The features cannot be used");
        problem.Detail.ShouldNotBeNull().ShouldContain(detail);
    }

    [Fact]
    public async Task A_model_without_a_tabular_branch_takes_no_features()
    {
        await using var service = await StartAsync(TestModel.First);
        using var form = Form("""{"tempo": 120}""", Spectrograms.Pngs[0]);
        using var none = Form("{}", Spectrograms.Pngs[0]);

        (await service.ProblemAsync(form)).Title.ShouldBe("The model takes no features");
        (await service.ClassifyAsync(none)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_form_that_is_none_is_refused_with_what_is_wrong()
    {
        await using var service = await StartAsync(TestModel.First);
        var png = Spectrograms.Pngs[0];
        using var empty = new MultipartFormDataContent { { new StringContent("{}"), "features" } };
        using var two = new MultipartFormDataContent { { InferenceHost.Png(png), "file", "a.png" }, { InferenceHost.Png(png), "file", "b.png" } };
        using var unknown = new MultipartFormDataContent { { new StringContent("3"), "top" }, { InferenceHost.Png(png), "file", "a.png" } };
        using var noBoundary = InferenceHost.File(png, "multipart/form-data");
        using var noForm = InferenceHost.File(png, "multipart/form-data; boundary=x");
        using var noDisposition = InferenceHost.File([.. "--x\r\n\r\n"u8, .. png, .. "\r\n--x--"u8], "multipart/form-data; boundary=x");
        using var cut = InferenceHost.File([.. "--x\r\nContent-Disposition: form-data; name=file\r\n\r\n"u8, .. png], "multipart/form-data; boundary=x");

        (await service.ProblemAsync(empty)).ShouldBe400("The form has no file");
        (await service.ProblemAsync(two)).ShouldBe400("The form has too many parts");
        (await service.ProblemAsync(unknown)).ShouldBe400("The form has an unknown field");
        (await service.ProblemAsync(noBoundary)).ShouldBe400("The multipart body cannot be read");
        (await service.ProblemAsync(noForm)).ShouldBe400("The multipart body cannot be read");
        (await service.ProblemAsync(noDisposition)).ShouldBe400("The multipart body cannot be read");
        (await service.ProblemAsync(cut)).ShouldBe400("The request cannot be read");
    }

    private static MultipartFormDataContent Form(string features, byte[] file) =>
        new() { { new StringContent(features), "features" }, { InferenceHost.File(file, "application/octet-stream"), "file", "a" } };

    private static float Difference(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();

    private async Task<InferenceHost> StartAsync(TestModel model)
    {
        var account = azurite.NewAccount();
        await model.RegisterAsync(account);
        return await InferenceHost.StartAsync(account);
    }
}

file static class Problems
{
    public static void ShouldBe400(this Problem problem, string title)
    {
        problem.Title.ShouldBe(title, problem.Detail);
        problem.Status.ShouldBe(400);
    }
}
