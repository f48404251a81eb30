using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Tests.Admission;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Why;

/// <summary>Why a song has its genre, by the checkpoint that the source project published.</summary>
public sealed class WhyTests(AzuriteFixture azurite)
{
    private const string Metal = "metal_death_128k.mp3";
    private const int OcclusionRuns = 56;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>
    /// The map must be of what the network looks at: without the tenth of the cells that it names, the label is believed less than without others. Those have the same
    /// arrangement, moved to another place: how many edges a mask has changes an answer by itself.
    /// </summary>
    [Theory]
    [InlineData(Metal)]
    [InlineData("classical_orchestra_vorbis.ogg")]
    [InlineData("techno_mono.flac")]
    public async Task Without_the_most_important_tenth_the_label_is_believed_less_than_without_others(string clip)
    {
        await using var service = await StartAsync();
        var png = SharedData.Require($"clips/expected/{clip}.png");
        var pixels = Spectrograms.PixelsOf(await File.ReadAllBytesAsync(png, CancellationToken));
        var client = new InferenceClient(service.Client);

        var map = await client.ExplainAsync(MusicFile.At(png), cancellationToken: CancellationToken);

        var cells = map.Importance.SelectMany((row, band) => row.Select((value, frame) => (Value: value, Band: band, Frame: frame))).ToArray();
        cells.Length.ShouldBe(8 * 17);
        (int Band, int Frame)[] important = [.. cells.OrderByDescending(cell => cell.Value).Take(cells.Length / 10).Select(cell => (cell.Band, cell.Frame))];
        (int Band, int Frame)[] unimportant = [.. cells.OrderBy(cell => cell.Value).Take(cells.Length / 10).Select(cell => (cell.Band, cell.Frame))];
        var random = new Random(3);
        var others = new List<double>();
        for (var draw = 0; draw < 10; draw++)
        {
            var (bands, frames) = (random.Next(8), random.Next(1, 17));
            others.Add(await LogOddsWithoutAsync([.. important.Select(cell => ((cell.Band + bands) % 8, (cell.Frame + frames) % 17))]));
        }

        var without = await LogOddsWithoutAsync(important);
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"without the important tenth {without:f2}, the same elsewhere {others.Average():f2} ({others.Min():f2} to {others.Max():f2})"));
        without.ShouldBeLessThan(others.Average());
        without.ShouldBeLessThan(await LogOddsWithoutAsync(unimportant));

        async Task<double> LogOddsWithoutAsync((int Band, int Frame)[] removed)
        {
            var left = pixels.ToArray();
            var mean = (byte)Math.Round(pixels.Average(pixel => (double)pixel));
            foreach (var (band, frame) in removed)
            {
                for (var line = 127 - (band * 16); line > 111 - (band * 16); line--)
                {
                    left.AsSpan((line * SpectrogramFormat.Frames) + (frame * 76), 76).Fill(mean);
                }
            }

            var answer = await service.ClassifyAsync(GrayPng.Encode(left, SpectrogramFormat.Frames, SpectrogramFormat.MelBands), "?top=10");
            var probability = (double)answer.Predictions.Single(prediction => prediction.Label == map.Label).Probability;
            return Math.Log(probability) - Math.Log(answer.Predictions.Where(prediction => prediction.Label != map.Label).Sum(prediction => (double)prediction.Probability));
        }
    }

    [Fact]
    public async Task The_map_says_where_it_lies_and_is_the_same_each_time()
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        var client = new InferenceClient(service.Client);
        var song = MusicFile.At(SharedData.Require($"clips/{Metal}"));

        var map = await client.ExplainAsync(song, cancellationToken: CancellationToken);
        var again = await client.ExplainAsync(song, new ExplainOptions { Model = "genres", Version = 1, Label = "metal", Segment = 0 }, CancellationToken);

        (map.Model, map.Version, map.Label, map.Segment, map.Start, map.End).ShouldBe(("genres", 1, "metal", 0, 0, 29.99));
        map.Probability.ShouldBeGreaterThan(0.9f);
        map.DurationMs.ShouldBeGreaterThan(0);
        (map.Bands.Count, map.Bands[0].LowHz, map.Bands[^1].HighHz).ShouldBe((8, 0, 11_025));
        map.Bands.Zip(map.Bands.Skip(1)).ShouldAllBe(pair => pair.First.HighHz == pair.Second.LowHz && pair.Second.LowHz > pair.First.LowHz);
        map.Bands[0].HighHz.ShouldBe(Slaney(16), 0.1);
        map.Bands[6].HighHz.ShouldBe(Slaney(112), 0.1);
        (map.Frames.Count, map.Frames[0].Start).ShouldBe((17, 0));
        map.Frames[^1].End.ShouldBe(1292 * 512 / 22_050.0, 0.001);
        map.Frames.Zip(map.Frames.Skip(1)).ShouldAllBe(pair => pair.First.End == pair.Second.Start);
        again.Importance.Zip(map.Importance).ShouldAllBe(rows => rows.First.SequenceEqual(rows.Second));
        again.Probability.ShouldBe(map.Probability);
    }

    [Fact]
    public async Task Of_a_long_song_the_segment_is_explained_that_has_most_of_the_label()
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        var client = new InferenceClient(service.Client);
        var song = MusicFile.Of(Songs.Wav([.. await Songs.DecodeAsync(Metal), .. await Songs.DecodeAsync("classical_orchestra_vorbis.ogg")]));
        var answer = await client.ClassifyAsync(song, new ClassifyOptions { Top = 10 }, CancellationToken);
        var segments = answer.Segments.ShouldNotBeNull();

        var classical = await client.ExplainAsync(song, new ExplainOptions { Label = "classical" }, CancellationToken);
        var best = await client.ExplainAsync(song, cancellationToken: CancellationToken);
        var first = await client.ExplainAsync(song, new ExplainOptions { Segment = 0, Label = "classical" }, CancellationToken);

        (classical.Segment, classical.Start, classical.End).ShouldBe((2, segments[2].Start, segments[2].End));
        classical.Frames[0].Start.ShouldBe(classical.Start);
        classical.Probability.ShouldBe(ProbabilityOf(segments[2], "classical"));
        best.Label.ShouldBe(answer.Predictions[0].Label);
        best.Segment.ShouldBe(segments.Index().MaxBy(segment => ProbabilityOf(segment.Item, best.Label)).Index);
        (first.Segment, first.Start, first.Label).ShouldBe((0, 0, "classical"));
        first.Probability.ShouldBe(ProbabilityOf(segments[0], "classical"));

        static float ProbabilityOf(Segment segment, string label) => segment.Predictions.Single(prediction => prediction.Label == label).Probability;
    }

    [Theory]
    [InlineData("?label=polka", 400, "Unknown label", "classical, folk, house")]
    [InlineData("?segment=1", 400, "There is no such segment", "there are 1")]
    [InlineData("?segment=-1", 400, "There is no such segment", "there are 1")]
    [InlineData("?version=7", 404, "Unknown model", "7")]
    [InlineData("?version=1&alias=production", 400, "Both version and alias are given", "")]
    public async Task What_cannot_be_explained_is_a_problem_that_says_what_there_is(string query, int status, string title, string says)
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        using var content = InferenceHost.Png(Spectrograms.Pngs[0]);

        using var response = await service.Client.PostAsync(new Uri($"/api/classify/why{query}", UriKind.Relative), content, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(status),
            problem => problem.Title.ShouldBe(title),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain(says));
    }

    [Fact]
    public async Task What_is_no_song_is_the_problem_that_it_is_elsewhere()
    {
        await using var service = await StartAsync();
        using var content = InferenceHost.Png([]);

        using var response = await service.Client.PostAsync(new Uri("/api/classify/why", UriKind.Relative), content, CancellationToken);

        (await InferenceHost.ProblemAsync(response)).Title.ShouldBe("The body is empty");
    }

    [Fact]
    public async Task Others_are_answered_while_it_computes_and_nothing_is_for_a_client_that_left()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, "long");
        await using var service = await InferenceHost.StartAsync(account);
        await service.WaitForHealthAsync("Healthy", "long");
        using var recording = new TelemetryRecording();
        using var leaving = new CancellationTokenSource();
        using var content = InferenceHost.Png(Spectrograms.Pngs[0]);
        var explaining = service.Client.PostAsync(new Uri("/api/classify/why", UriKind.Relative), content, leaving.Token);
        while (Runs() < 5)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken);
        }

        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.ClassifyAsync(Spectrograms.Pngs[1])));
        explaining.IsCompleted.ShouldBeFalse();
        await leaving.CancelAsync();
        await explaining.ShouldThrowAsync<OperationCanceledException>();

        // All slots are free again: so many can be had at once.
        using (await OccupiedSlots.TakeAsync(service))
        {
            Runs().ShouldBeLessThan(OcclusionRuns);
            service.Part<RunSlots>().Waiting.ShouldBe(0);
        }

        others.ShouldAllBe(answer => answer.Version == 1);

        int Runs() => recording.AllMeasurements.Count(
            measurement => measurement.Instrument.Name == "genrecloud.inference.run.duration" && measurement.Tags.Values.Contains("long"));
    }

    private static double Slaney(int band)
    {
        var (below, above) = (Hz(band), Hz(band + 1));
        return (below + above) / 2;

        // The peak of the band before a limit, and that of the one after it.
        static double Hz(int edge)
        {
            var mel = edge * (15 + (Math.Log(11.025) / (Math.Log(6.4) / 27))) / 129;
            return mel < 15 ? mel * 200 / 3 : 1000 * Math.Exp(Math.Log(6.4) / 27 * (mel - 15));
        }
    }

    private async Task<InferenceHost> StartAsync()
    {
        var account = azurite.NewAccount();
        await TestModel.Published.RegisterAsync(account);
        return await InferenceHost.StartAsync(account);
    }
}
