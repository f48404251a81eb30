using System.Net;
using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Tests.Admission;

/// <summary>What requests that wait take: the bytes that they sent, within a limit, and no more.</summary>
[Trait("Category", "Security")]
public sealed class BodyMemoryTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public void Bodies_together_never_pass_the_limit_and_one_that_is_refused_takes_nothing()
    {
        var memory = new BodyMemory(Options.Create(new InferenceOptions { MaxWaitingBytes = 1000 }));
        using var first = memory.Open();
        var second = memory.Open();
        first.GrowTo(400);
        first.GrowTo(600);
        second.GrowTo(400);

        var problem = Should.Throw<ProblemException>(() => second.GrowTo(401));

        problem.Status.ShouldBe(429);
        problem.Detail.ShouldContain("Inference:MaxWaitingBytes");
        memory.Held.ShouldBe(1000);
        second.Dispose();
        memory.Held.ShouldBe(600);
        first.GrowTo(1000);
    }

    [Fact]
    public async Task A_song_that_finds_no_room_is_refused_and_those_that_wait_are_answered()
    {
        var song = Songs.Wav(new float[Songs.Samples(4)].Select((_, sample) => MathF.Sin(sample)).ToArray());
        await using var service = await StartAsync(("Inference:MaxRequestBytes", "600000"), ("Inference:MaxWaitingBytes", "600000"));
        Task<Answer> waiting;
        using (await OccupiedSlots.TakeAsync(service))
        {
            waiting = service.ClassifyAsync(InferenceHost.File(song, "audio/wav"));
            await OccupiedSlots.WaitForQueueAsync(service, 1);
            service.Part<BodyMemory>().Held.ShouldBe(song.Length);

            using var refused = await service.PostAsync(InferenceHost.File(song, "audio/wav"));

            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            (await InferenceHost.ProblemAsync(refused)).Detail.ShouldNotBeNull().ShouldContain("Inference:MaxWaitingBytes");
        }

        (await waiting).Segments.ShouldNotBeNull().ShouldHaveSingleItem();
        while (service.Part<BodyMemory>().Held > 0)
        {
            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    [Fact]
    public async Task A_song_is_not_decoded_before_its_turn()
    {
        Prerequisite.Ffmpeg();
        await using var service = await StartAsync();
        Task<Problem> asked;
        using (await OccupiedSlots.TakeAsync(service))
        {
            using var page = InferenceHost.File("<!DOCTYPE html><html><body>404 Not Found</body></html>"u8.ToArray(), "audio/mpeg");
            asked = service.ProblemAsync(page);

            // To be refused it would have to be decoded.
            await OccupiedSlots.WaitForQueueAsync(service, 1);
            asked.IsCompleted.ShouldBeFalse();
        }

        (await asked).Status.ShouldBe(415);
    }

    [Fact]
    public async Task However_many_songs_come_at_once_one_decoder_runs_for_a_slot()
    {
        Prerequisite.Ffmpeg();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc to see the children of a process.");
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);

        // One slot: a run has all cores.
        await using var service = await InferenceHost.StartProcessAsync(account, ("Inference:IntraOpThreads", "0"), ("Inference:MaxQueuedRequestsPerRun", "8"));
        await service.WaitForHealthAsync("Healthy", "version 1");
        var song = await Songs.ReadAsync("metal_death_128k.mp3");

        var asked = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.ClassifyAsync(InferenceHost.File(song, "audio/mpeg"))));
        var most = 0;
        while (!asked.IsCompleted)
        {
            most = Math.Max(most, DecodersOf(service.ProcessId));
            await Task.Yield();
        }

        await asked;
        most.ShouldBe(1);
    }

    /// <summary>How many children named ffmpeg a process has.</summary>
    private static int DecodersOf(int processId) => Directory.EnumerateDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit)).Count(process =>
    {
        try
        {
            // "id (name) state parent ...": a name may have blanks.
            var stat = File.ReadAllText(Path.Combine(process, "stat"));
            return stat.Contains("(ffmpeg)", StringComparison.Ordinal) && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == $"{processId}";
        }
        catch (IOException)
        {
            // It has ended.
            return false;
        }
    });

    private async Task<InferenceHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var account = azurite.NewAccount();
        await TestModel.Quick[0].RegisterAsync(account);
        var service = await InferenceHost.StartAsync(account, time: null, settings);
        await service.WaitForHealthAsync("Healthy", "version 1");
        return service;
    }
}
