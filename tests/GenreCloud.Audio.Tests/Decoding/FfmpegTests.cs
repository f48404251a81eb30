using System.Text;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Tests.Wav;
using GenreCloud.Testing;

namespace GenreCloud.Audio.Tests.Decoding;

[Trait("Category", "Security")]
public class FfmpegTests
{
    private const string Tone = "-f lavfi -i sine=frequency=440:duration=4";

    [Theory]
    [InlineData("mp3", "libmp3lame")]
    [InlineData("webm", "libopus")]
    [InlineData("mka", "vorbis -strict -2 -ac 2")]
    [InlineData("aac", "aac")]
    [InlineData("aiff", "pcm_s16be")]
    [InlineData("wma", "wmav2")]
    [InlineData("ac3", "ac3")]
    [InlineData("m4a", "alac")]
    [InlineData("m4a", "aac -movflags +faststart")]
    [InlineData("m4a", "aac -movflags +frag_keyframe+empty_moov")]
    public async Task Formats_of_music_are_decoded(string extension, string codec)
    {
        var song = await DecodeAsync(await FfmpegEncoder.MakeAsync(extension, $"{Tone} -c:a {codec}"));

        song.Duration.TotalSeconds.ShouldBe(4, 0.15);
        song.Samples.ToArray().Max().ShouldBeInRange(0.1f, 0.3f, "a tone of an eighth of full scale, mixed up by up to 3 dB");
    }

    [Theory]
    [InlineData("mp3")]
    [InlineData("m4a")]
    [InlineData("flac")]
    public async Task A_cover_is_no_video(string extension)
    {
        var file = await FfmpegEncoder.MakeAsync(
            extension, $"{Tone} -f lavfi -i color=red:size=64x64:duration=1 -map 0:a -map 1:v -frames:v 1 -c:v png -disposition:v attached_pic");

        (await DecodeAsync(file)).Duration.TotalSeconds.ShouldBe(4, 0.15);
    }

    [Theory]
    [InlineData("mp4", "-c:v mpeg4 -c:a aac")]
    [InlineData("mkv", "-c:v mpeg4 -c:a aac")]
    [InlineData("mp4", "-c:v mpeg4 -an")]
    public async Task A_video_is_refused(string extension, string codecs)
    {
        var file = await FfmpegEncoder.MakeAsync(extension, $"{Tone} -f lavfi -i testsrc=size=64x64:rate=10:duration=4 {codecs}");

        var exception = await RefusedAsync(file);

        exception.Fault.ShouldBe(AudioFault.UnsupportedFormat);
        exception.Message.ShouldContain("video");
    }

    [Fact]
    public async Task A_video_in_a_format_of_videos_is_refused()
    {
        var file = await FfmpegEncoder.MakeAsync("avi", $"{Tone} -f lavfi -i testsrc=size=64x64:rate=10:duration=4 -c:v mpeg4 -c:a libmp3lame");

        (await RefusedAsync(file)).Fault.ShouldBe(AudioFault.UnsupportedFormat);
    }

    /// <summary>Playlists name other files, which ffmpeg follows unless it is told not to.</summary>
    [Theory]
    [InlineData("ffconcat version 1.0\nfile '{0}'\n")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{0}\n#EXT-X-ENDLIST\n")]
    [InlineData("<?xml version=\"1.0\"?><MPD><Period><AdaptationSet><Representation><BaseURL>{0}</BaseURL></Representation></AdaptationSet></Period></MPD>")]
    public async Task A_file_named_in_a_playlist_is_not_opened(string playlist)
    {
        var song = SharedData.Require("clips/metal_death_128k.mp3");

        (await RefusedAsync(Encoding.UTF8.GetBytes(playlist.Replace("{0}", song, StringComparison.Ordinal)))).Fault.ShouldBe(AudioFault.UnsupportedFormat);
    }

    [Fact]
    public async Task A_song_that_is_too_long_is_refused()
    {
        var options = new AudioDecoderOptions { MaxDuration = TimeSpan.FromSeconds(3) };

        var exception = await RefusedAsync(await FfmpegEncoder.MakeAsync("mp3", Tone), options);

        exception.Fault.ShouldBe(AudioFault.TooLong);
        exception.Message.ShouldContain("0:00:03");
    }

    [Theory]
    [InlineData("mp3")]
    [InlineData("m4a")]
    public async Task A_file_that_is_too_large_is_refused(string extension)
    {
        var file = await FfmpegEncoder.MakeAsync(extension, Tone);

        var exception = await RefusedAsync(file, new AudioDecoderOptions { MaxFileBytes = file.Length - 1 });

        exception.Fault.ShouldBe(AudioFault.TooLarge);
        exception.Message.ShouldContain("Send a part");
        await DecodeAsync(file, new AudioDecoderOptions { MaxFileBytes = file.Length });
    }

    [Fact]
    public async Task Without_ffmpeg_WAV_is_read_and_the_rest_says_how_to_install_it()
    {
        var options = new AudioDecoderOptions { FfmpegPath = "ffmpeg-that-nobody-has" };
        var wav = WavFile.Of(("fmt ", WavFile.Format(WavFile.Pcm, 1, 22_050, 16)), ("data", WavFile.Data(WavFile.Pcm, 16, 0.5)));

        var exception = await RefusedAsync([1, 2, 3, 4], options);

        exception.Fault.ShouldBe(AudioFault.DecoderMissing);
        exception.Message.ShouldContain("apt-get install ffmpeg");
        (await DecodeAsync(wav, options)).Samples.ToArray().ShouldBe([0.5f]);
    }

    [Fact]
    public async Task An_upload_that_fails_fails_the_decoding()
    {
        Prerequisite.Ffmpeg();
        var decoder = new AudioDecoder(new AudioDecoderOptions(), TimeProvider.System);

        await Should.ThrowAsync<IOException>(() => decoder.DecodeAsync(new BrokenUpload(), TestContext.Current.CancellationToken));
    }

    /// <summary>Damaged in the middle, each gives a song or a reason.</summary>
    [Theory]
    [InlineData("mp3", "libmp3lame")]
    [InlineData("ogg", "libvorbis")]
    [InlineData("m4a", "aac")]
    public async Task Damaged_files_give_a_song_or_a_reason(string extension, string codec)
    {
        var file = await FfmpegEncoder.MakeAsync(extension, $"{Tone} -c:a {codec}");
        var random = new Random(4);
        for (var round = 0; round < 10; round++)
        {
            var damaged = file.ToArray();
            for (var change = 0; change < 20; change++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                (await DecodeAsync(damaged)).Samples.Length.ShouldBeGreaterThan(0);
            }
            catch (AudioException exception)
            {
                exception.Message.ShouldNotBeNullOrWhiteSpace();
            }
        }
    }

    private static Task<Song> DecodeAsync(byte[] file, AudioDecoderOptions? options = null)
        => new AudioDecoder(options ?? new AudioDecoderOptions(), TimeProvider.System).DecodeAsync(new MemoryStream(file), TestContext.Current.CancellationToken);

    private static Task<AudioException> RefusedAsync(byte[] file, AudioDecoderOptions? options = null)
    {
        Prerequisite.Ffmpeg();
        return Should.ThrowAsync<AudioException>(() => DecodeAsync(file, options));
    }

    /// <summary>Some bytes of an MP3, then a broken connection.</summary>
    private sealed class BrokenUpload : MemoryStream
    {
        private int _reads;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (_reads++ > 2)
            {
                throw new IOException("The connection was reset.");
            }

            buffer.Span.Fill(0xFF);
            return buffer.Length;
        }
    }
}
