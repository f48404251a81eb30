using System.Diagnostics;
using System.Globalization;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Windowing;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>song [--rounds N] [--rate HZ] [--python PATH]</c>: a WAV of 30 s to uint8 [128,1292] on one core, beside librosa in that Python, which makes
/// the same picture of the same file; in turns, so that whatever else the machine does meets both alike.
/// </summary>
internal static class SongTime
{
    private const string Verb = "song";
    private const int Seconds = 30;

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = ProcessBenchmark.Number(args, "--rounds", 20);
        var rate = ProcessBenchmark.Number(args, "--rate", 44_100);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "song.wav");
        await File.WriteAllBytesAsync(path, NoiseWav.Make(rate, Seconds));
        using var peer = ProcessBenchmark.Option(args, "--python") is { } python ? StartPeer(python, path) : null;
        var ours = new List<double>();
        var theirs = new List<double>();
        var decoder = new AudioDecoder(new AudioDecoderOptions(), TimeProvider.System);

        // The first round compiles, theirs too.
        for (var round = 0; round <= rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var song = await decoder.DecodeAsync(new MemoryStream(await File.ReadAllBytesAsync(path)), CancellationToken.None);
            SongSpectrograms.Compute(song, new SongWindowsOptions(), CancellationToken.None);
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var peerElapsed = peer is null ? 0 : await RunPeerAsync(peer);
            if (round > 0)
            {
                ours.Add(elapsed);
                theirs.Add(peerElapsed);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WAV of {Seconds} s at {rate} Hz to a spectrogram, one core, median of {rounds} rounds"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"GenreCloud.Audio",-18} {ProcessBenchmark.Median(ours),8:f1} ms"));
        if (peer is not null)
        {
            var median = ProcessBenchmark.Median(theirs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"librosa",-18} {median,8:f1} ms, {median / ProcessBenchmark.Median(ours):f1} times as long"));
        }

        return 0;
    }

    private static Process StartPeer(string python, string path)
    {
        var start = new ProcessStartInfo(python, ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Peer", "song_peer.py"), path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var library in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"])
        {
            start.Environment[library] = "1";
        }

        return Process.Start(start)!;
    }

    /// <returns>Milliseconds of one round.</returns>
    private static async Task<double> RunPeerAsync(Process peer)
    {
        await peer.StandardInput.WriteLineAsync("go");
        await peer.StandardInput.FlushAsync();
        var seconds = await peer.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The Python of --python cannot run librosa: see its error above.");
        return double.Parse(seconds, CultureInfo.InvariantCulture) * 1000;
    }
}
