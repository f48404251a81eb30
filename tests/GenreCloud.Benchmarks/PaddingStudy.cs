using System.Globalization;
using System.Text.Json;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Windowing;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>padding --clips FOLDER --checkpoint FILE</c>: what to fill a window with when a song is shorter. Parts of 3 to 20 s of the shared clips are filled up by
/// repetition, by reflection and with silence, and the published genre checkpoint's answer is compared with that to the whole clip: the nearer the better.
/// </summary>
internal static class PaddingStudy
{
    private const string Verb = "padding";
    private const string Reference = "repeat";
    private const int PartsOfAClip = 3;

    /// <summary>Enough that the ends of the interval are steady in the second digit.</summary>
    private const int Resamples = 10_000;

    private static readonly double[] Seconds = [3, 5, 10, 20];
    private static readonly string[] Labels = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"];

    private static readonly (string Name, Func<float[], float[]> Fill)[] Paddings =
    [
        (Reference, part => SongWindows.Cut(part, 0).ToArray()),
        ("reflect", part => Fill(index => part[Mirrored(index % (2 * part.Length), part.Length)])),
        ("silence", part => Fill(index => index < part.Length ? part[index] : 0)),
    ];

    public static bool Owns(string[] args) => args is [Verb, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var folder = ProcessBenchmark.Option(args, "--clips");
        var checkpoint = ProcessBenchmark.Option(args, "--checkpoint");
        if (folder is null || checkpoint is null)
        {
            await Console.Error.WriteLineAsync("padding needs --clips (the folder with expected.json) and --checkpoint (crnn_genre_model.pth).");
            return 1;
        }

        using var session = Load(checkpoint);
        var distances = new List<Distance>();
        foreach (var clip in await ClipsAsync(folder))
        {
            var whole = Answer(session, clip.Samples);
            foreach (var seconds in Seconds)
            {
                for (var part = 0; part < PartsOfAClip; part++)
                {
                    var length = (int)(seconds * MelSpectrogram.SampleRate);
                    var start = (SongWindows.WindowSamples - length) / (PartsOfAClip - 1) * part;
                    var samples = clip.Samples.AsSpan(start, length).ToArray();
                    distances.AddRange(Paddings.Select(padding => new Distance(clip.Name, seconds, padding.Name, Answer(session, padding.Fill(samples)), whole)));
                }
            }
        }

        Print(distances);
        return 0;
    }

    private static void Print(List<Distance> distances)
    {
        Console.WriteLine($"{distances.Count / Paddings.Length} parts of {distances.Select(distance => distance.Clip).Distinct().Count()} clips; total variation to the whole clip's answer, 0 to 1");
        Console.WriteLine($"{"",6} {"padding",-8} {"distance",8} {"same best",10}   difference to {Reference} (95%, clips resampled)");
        foreach (var group in Seconds.Select(seconds => (Name: $"{seconds} s", Of: distances.Where(distance => distance.Seconds == seconds).ToList())).Append((Name: "all", Of: distances)))
        {
            foreach (var (padding, _) in Paddings)
            {
                var own = group.Of.Where(distance => distance.Padding == padding).ToList();
                var (low, high) = Interval(own, [.. group.Of.Where(distance => distance.Padding == Reference)]);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Name,6} {padding,-8} {own.Average(distance => distance.TotalVariation),8:f3} {own.Average(distance => distance.HasSameBest ? 1 : 0),10:p0}")
                    + (padding == Reference ? "" : string.Create(CultureInfo.InvariantCulture, $"   {low:+0.000;-0.000} to {high:+0.000;-0.000}")));
            }
        }
    }

    /// <summary>Where the mean difference of both lies: parts of one clip are alike, so clips are drawn, each with all its parts, in pairs with the same of the other.</summary>
    private static (double Low, double High) Interval(List<Distance> own, List<Distance> reference)
    {
        var byClip = own.Zip(reference, (one, other) => (one.Clip, Difference: one.TotalVariation - other.TotalVariation))
            .GroupBy(pair => pair.Clip, pair => pair.Difference).Select(differences => differences.Average()).ToArray();
        var random = new Random(1);
        var means = Enumerable.Range(0, Resamples)
            .Select(_ => Enumerable.Range(0, byClip.Length).Average(_ => byClip[random.Next(byClip.Length)])).Order().ToArray();
        return (means[(int)(0.025 * Resamples)], means[(int)(0.975 * Resamples)]);
    }

    /// <summary>The clips that are as long as a window.</summary>
    private static async Task<List<(string Name, float[] Samples)>> ClipsAsync(string folder)
    {
        var decoder = new AudioDecoder(new AudioDecoderOptions(), TimeProvider.System);
        var clips = new List<(string, float[])>();
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "expected.json")));
        foreach (var clip in expected.RootElement.EnumerateObject().Where(clip => clip.Value.TryGetProperty("original_weights_top3", out _)))
        {
            await using var file = File.OpenRead(Path.Combine(folder, clip.Name));
            var song = await decoder.DecodeAsync(file, CancellationToken.None);
            if (song.Samples.Length >= SongWindows.WindowSamples)
            {
                clips.Add((clip.Name, song.Samples[..SongWindows.WindowSamples].ToArray()));
            }
        }

        return clips;
    }

    private static InferenceSession Load(string checkpoint)
    {
        using var network = Architecture.Named(Crnn.ArchitectureName).Create(new NetworkInputs(Labels.Length, null), seed: 0);
        PyTorchCheckpoint.Read(File.ReadAllBytes(checkpoint)).LoadInto(network);
        return new InferenceSession(OnnxClassifier.Export(network, Labels, new OnnxModelInfo(Crnn.ArchitectureName, "GenreCloud", "1.0")));
    }

    private static float[] Answer(InferenceSession session, float[] window)
    {
        var pixels = new DenseTensor<byte>(MelSpectrogram.Compute(window), [1, SpectrogramShape.Bands, SpectrogramShape.Frames]);
        using var answers = session.Run([NamedOnnxValue.CreateFromTensor("spectrogram", pixels)], ["probabilities"]);
        return [.. answers[0].AsEnumerable<float>()];
    }

    private static float[] Fill(Func<int, float> at) => [.. Enumerable.Range(0, SongWindows.WindowSamples).Select(at)];

    private static int Mirrored(int index, int length) => index < length ? index : (2 * length) - 1 - index;

    /// <summary>How far the answer to a filled-up part is from that to the whole clip.</summary>
    private sealed record Distance(string Clip, double Seconds, string Padding, float[] Answer, float[] Whole)
    {
        public double TotalVariation => Answer.Zip(Whole, (one, other) => Math.Abs(one - other)).Sum() / 2;

        public bool HasSameBest => Array.IndexOf(Answer, Answer.Max()) == Array.IndexOf(Whole, Whole.Max());
    }
}
