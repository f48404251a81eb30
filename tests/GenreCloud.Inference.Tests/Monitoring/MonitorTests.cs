using System.Net.Http.Json;
using Azure.Storage.Blobs;
using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Inference.Monitoring;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;
using Drift = GenreCloud.Client.Models.Drift;

namespace GenreCloud.Inference.Tests.Monitoring;

/// <summary>Whether a version is asked what it was measured with, by real spectrograms and a real network.</summary>
public sealed class MonitorTests(AzuriteFixture azurite)
{
    private const int ReferenceSamples = 100;

    private static readonly Lazy<(byte[][] Pngs, ReferenceStatistics Reference)> Measured = new(() =>
    {
        var pngs = Spectrograms.Read(ReferenceSamples);
        return (pngs, SampleFigures.Count(
            [.. pngs.Select(png => SampleFigures.Of(SpectrogramFigures.Of(Spectrograms.PixelsOf(png)), default, TestModel.Quick[0].ProbabilitiesOf(png, [])))],
            TestModel.Labels.Count));
    });

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_was_measured_with_has_not_drifted_and_what_is_louder_has()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 3, 12, 30, 0, TimeSpan.Zero));
        await using var service = await StartAsync(azurite.NewAccount(), time);
        var client = new InferenceClient(service.Client);
        using var recording = new TelemetryRecording();

        var empty = await client.GetModelMonitorAsync("watched", 1, CancellationToken);
        await AskAsync(client, Measured.Value.Pngs);
        var same = await client.GetModelMonitorAsync("watched", 1, CancellationToken);
        await AskAsync(client, [.. Measured.Value.Pngs.Concat(Measured.Value.Pngs).Select(Louder)]);
        time.Advance(AnswerMonitor.WriteInterval);
        await WaitForGaugeAsync(recording);
        var louder = await client.GetModelMonitorAsync("watched", 1, CancellationToken);
        time.Advance(TimeSpan.FromHours(24));
        var nextDay = await client.GetModelMonitorAsync("watched", 1, CancellationToken);

        (empty.Drift, empty.ReferenceSamples, empty.LastDay!.Spectrograms, empty.Total!.Since).ShouldBe((Drift.Unknown, ReferenceSamples, 0, null));
        empty.Advice.ShouldNotBeNull().ShouldContain("0 spectrograms");

        (same.Drift, same.Advice, same.LastDay!.Spectrograms).ShouldBe((Drift.None, null, ReferenceSamples));
        same.LastDay.Since.ShouldBe(new DateTimeOffset(2026, 5, 2, 13, 0, 0, TimeSpan.Zero));
        same.LastDay.Statistics.Select(statistic => statistic.Name).ShouldBe(["label", "confidence", "entropy", "level", "spread", "silence", "centroid"]);
        same.LastDay.Statistics.ShouldAllBe(statistic => statistic.Stability < 0.01 && statistic.Drift == Drift.None);
        same.Total!.Since.ShouldBe(new DateTimeOffset(2026, 5, 3, 12, 30, 0, TimeSpan.Zero));

        (louder.Drift, louder.LastDay!.Spectrograms).ShouldBe((Drift.Large, 3 * ReferenceSamples));
        var level = louder.LastDay.Statistics.Single(statistic => statistic.Name == "level");
        level.Drift.ShouldBe(Drift.Large);
        level.Observed.ShouldNotBeNull()[^1].ShouldBeGreaterThan(0.6);
        level.Reference[^1].ShouldBe(0.1);
        level.Edges.ShouldNotBeNull().Count.ShouldBe(9);
        recording.AllMeasurements.Last(measurement => IsDrift(measurement) && measurement.Tags.Values.Contains("level")).Value.ShouldBe(level.Stability!.Value, 1e-9);

        (nextDay.Drift, nextDay.LastDay!.Spectrograms, nextDay.Total!.Spectrograms).ShouldBe((Drift.Unknown, 0, 3 * ReferenceSamples));
        nextDay.Total.Statistics.ShouldAllBe(statistic => statistic.Stability != null);
    }

    [Fact]
    public async Task What_was_counted_survives_a_killed_process_and_is_complete_after_one_that_stopped()
    {
        var account = azurite.NewAccount();
        await RegisterAsync(account);
        await using (var killed = await InferenceHost.StartProcessAsync(account))
        {
            var client = new InferenceClient(killed.Client);
            await AskAsync(client, Measured.Value.Pngs[..3]);
            (await client.GetModelMonitorAsync("watched", 1, CancellationToken)).Total!.Spectrograms.ShouldBe(3);
            await AskAsync(client, Measured.Value.Pngs[..2]);
            await killed.KillAsync();
        }

        await using (var stopped = await InferenceHost.StartProcessAsync(account))
        {
            var client = new InferenceClient(stopped.Client);
            (await client.GetModelMonitorAsync("watched", 1, CancellationToken)).Total!.Spectrograms.ShouldBe(3);
            await AskAsync(client, Measured.Value.Pngs[..4]);
            await stopped.StopAsync();
        }

        await using var again = await InferenceHost.StartAsync(account);
        (await new InferenceClient(again.Client).GetModelMonitorAsync("watched", 1, CancellationToken)).Total!.Spectrograms.ShouldBe(7);
    }

    [Fact]
    public async Task What_replicas_count_is_added_up()
    {
        var account = azurite.NewAccount();
        await using var one = await StartAsync(account);
        await using var other = await InferenceHost.StartAsync(account);
        var (client, otherClient) = (new InferenceClient(one.Client), new InferenceClient(other.Client));

        await Task.WhenAll(AskAsync(client, Measured.Value.Pngs[..5]), AskAsync(otherClient, Measured.Value.Pngs[..4]));
        await Task.WhenAll(client.GetModelMonitorAsync("watched", 1, CancellationToken), otherClient.GetModelMonitorAsync("watched", 1, CancellationToken));

        (await client.GetModelMonitorAsync("watched", 1, CancellationToken)).Total!.Spectrograms.ShouldBe(9);
        (await otherClient.GetModelMonitorAsync("watched", 1, CancellationToken)).Total!.Spectrograms.ShouldBe(9);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_counts_once()
    {
        var account = azurite.NewAccount();
        await using var service = await StartAsync(account);
        var client = new InferenceClient(service.Client);
        await AskAsync(client, Measured.Value.Pngs[..2]);
        await client.GetModelMonitorAsync("watched", 1, CancellationToken);
        var card = await TestModel.RegistryOf(account).GetCardAsync("watched", 1, CancellationToken);
        var isLost = 0;
        await using var storage = await FaultyStorage.StartAsync(
            account, request => request.Method == "PUT" && Interlocked.Exchange(ref isLost, 1) == 0 ? StorageFault.AnswerLost : StorageFault.None);
        var blob = new BlobServiceClient(storage.ConnectionString).GetBlobContainerClient(StorageNames.Containers.Monitor).GetBlobClient("watched/1.json");
        using var counts = new VersionMonitor(card, card.Reference!, blob, "other", TimeProvider.System);
        counts.Add(Spectrograms.PixelsOf(Measured.Value.Pngs[0]), default, TestModel.Quick[0].Probabilities[0]);

        await counts.WriteAsync(CancellationToken);

        storage.Faults.ShouldBe(1);
        (await client.GetModelMonitorAsync("watched", 1, CancellationToken)).Total!.Spectrograms.ShouldBe(3);
    }

    [Fact]
    public async Task Every_way_of_asking_is_counted_and_an_explanation_is_not()
    {
        await using var service = await StartAsync(azurite.NewAccount());
        var client = new InferenceClient(service.Client);
        var png = Measured.Value.Pngs[0];

        await client.ClassifyAsync(MusicFile.Of(png), cancellationToken: CancellationToken);
        await AskAsync(client, [png, png]);
        using var infer = await service.Client.PostAsJsonAsync(
            new Uri("/v2/models/watched/infer", UriKind.Relative),
            new
            {
                inputs = new[] { new { name = "spectrogram", datatype = "UINT8", shape = (int[])[1, 128, 1292], data = Spectrograms.PixelsOf(png).Select(pixel => (int)pixel) } },
                outputs = new[] { new { name = "logits" } },
            },
            CancellationToken);
        infer.EnsureSuccessStatusCode();
        await client.ExplainAsync(MusicFile.Of(png), cancellationToken: CancellationToken);

        var total = (await client.GetModelMonitorAsync("watched", 1, CancellationToken)).Total.ShouldNotBeNull();
        total.Spectrograms.ShouldBe(4);
        total.Statistics.ShouldAllBe(statistic => statistic.Observed!.Count(share => share == 1) == 1);
    }

    [Fact]
    public async Task A_version_without_a_reference_says_what_to_do_and_one_that_is_not_there_is_404()
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account, "old");
        await using var service = await InferenceHost.StartAsync(account);
        var client = new InferenceClient(service.Client);
        await client.ClassifyAsync(MusicFile.Of(Spectrograms.Pngs[0]), cancellationToken: CancellationToken);

        var monitor = await client.GetModelMonitorAsync("old", 1, CancellationToken);

        (monitor.Drift, monitor.ReferenceSamples, monitor.LastDay, monitor.Total).ShouldBe((Drift.Unknown, null, null, null));
        monitor.Advice.ShouldNotBeNull().ShouldSatisfyAllConditions(advice => advice.ShouldContain("POST /api/runs"), advice => advice.ShouldContain("POST /api/checkpoints"));
        var unknown = await Should.ThrowAsync<GenreCloudException>(() => client.GetModelMonitorAsync("old", 2, CancellationToken));
        unknown.Problem.Status.ShouldBe(404);
    }

    private static bool IsDrift(Measurement measurement) =>
        measurement.Instrument.Name == "genrecloud.inference.drift" && measurement.Tags.Values.Contains("watched");

    private static async Task WaitForGaugeAsync(TelemetryRecording recording)
    {
        while (recording.AllMeasurements.Count(IsDrift) < 7)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken);
        }
    }

    /// <summary>Quiet cells become half as quiet.</summary>
    private static byte[] Louder(byte[] png) =>
        GrayPng.Encode([.. Spectrograms.PixelsOf(png).Select(pixel => (byte)(pixel / 2))], SpectrogramFormat.Frames, SpectrogramFormat.MelBands);

    private static async Task AskAsync(InferenceClient client, byte[][] pngs)
    {
        var answers = 0;
        await foreach (var result in client.ClassifyBatchAsync(pngs.Select(png => MusicFile.Of(png)), cancellationToken: CancellationToken))
        {
            result.Problem.ShouldBeNull();
            answers++;
        }

        answers.ShouldBe(pngs.Length);
    }

    private static Task<ModelCard> RegisterAsync(StorageAccount account) =>
        TestModel.Quick[0].RegisterAsync(account, TestModel.Quick[0].Description with { Reference = Measured.Value.Reference }, "watched");

    private static async Task<InferenceHost> StartAsync(StorageAccount account, TimeProvider? time = null)
    {
        await RegisterAsync(account);
        return await InferenceHost.StartAsync(account, time);
    }
}
