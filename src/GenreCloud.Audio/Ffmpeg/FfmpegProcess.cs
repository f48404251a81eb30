using System.ComponentModel;
using System.Diagnostics;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Wav;

namespace GenreCloud.Audio.Ffmpeg;

/// <summary>
/// One song through ffmpeg, a child process over pipes: it gets the file on standard input and answers a mono WAV of floating-point samples. It is
/// limited in time, memory and output, has no shell, sees none of this process' environment but where programs are, and is killed when it is no longer wanted.
/// </summary>
internal sealed class FfmpegProcess : IDisposable
{
    /// <summary>How much further than the longest song ffmpeg decodes, so that a longer one is seen to be longer.</summary>
    private static readonly TimeSpan DurationMargin = TimeSpan.FromSeconds(1);

    /// <summary>What finding and loading a program needs. No secret among the others is ffmpeg's business, and one would make it write a report to a file.</summary>
    private static readonly string[] KeptVariables = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot"];

    /// <summary>Illegal instruction, abort, bus error, arithmetic error, kill, segmentation fault, forbidden system call.</summary>
    private static readonly int[] CrashSignals = [4, 6, 7, 8, 9, 11, 31];

    private readonly Process _process;
    private readonly TimeSpan _maxDuration;

    private FfmpegProcess(Process process, TimeSpan maxDuration)
    {
        _process = process;
        _maxDuration = maxDuration;
    }

    /// <exception cref="AudioException">It cannot be started.</exception>
    public static FfmpegProcess Start(AudioDecoderOptions options)
    {
        var start = new ProcessStartInfo(
            options.FfmpegPath,
            FfmpegArguments.For(options.MaxDuration + DurationMargin, options.MaxDecoderMemoryBytes / 4))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Except(KeptVariables).ToList())
        {
            start.Environment.Remove(variable);
        }

        Process process;
        try
        {
            process = Process.Start(start) ?? throw new InvalidOperationException("A new process was asked for.");
        }
        catch (Win32Exception exception)
        {
            throw new AudioException(
                AudioFault.DecoderMissing,
                $"Only WAV files can be read here: '{options.FfmpegPath}', which decodes all others, cannot be started. Install it (Debian and Ubuntu: "
                + "apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg) on the machine of the service, where it is found on the PATH.",
                exception);
        }

        var ffmpeg = new FfmpegProcess(process, options.MaxDuration);
        try
        {
            // It has not seen a byte of the song yet.
            ProcessLimits.Apply(process.Id, options.MaxDecoderMemoryBytes, options.Timeout);
            return ffmpeg;
        }
        catch
        {
            ffmpeg.Dispose();
            throw;
        }
    }

    /// <summary>Sends the file and decodes what comes back, whatever of it can be decoded.</summary>
    /// <param name="file">Gives the pieces of the file.</param>
    /// <exception cref="AudioException">Nothing can be decoded, or a limit is exceeded.</exception>
    public async Task<Song> DecodeAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> file, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var messages = FfmpegMessages.ReadAsync(_process.StandardError.BaseStream, ended.Token);
        var sending = SendAsync(file, ended.Token);
        var reading = ReadAsync(ended.Token);
        try
        {
            // A file that cannot be received to its end is no song, whatever was decoded of it.
            if (await Task.WhenAny(sending, reading) == sending)
            {
                await sending;
            }

            var song = await reading;
            await _process.WaitForExitAsync(cancellationToken);
            ThrowIfRefused(song, await messages);
            return song!;
        }
        finally
        {
            Kill();
            await ended.CancelAsync();
            await Task.WhenAll(messages, sending, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task SendAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> file, CancellationToken cancellationToken)
    {
        await using var input = _process.StandardInput.BaseStream;
        await foreach (var piece in file.WithCancellation(cancellationToken))
        {
            try
            {
                await input.WriteAsync(piece, cancellationToken);
            }
            catch (IOException)
            {
                // It has what it wants, or has given up: its answer says which.
                return;
            }
        }
    }

    /// <returns>Null if there is not one sample.</returns>
    private async Task<Song?> ReadAsync(CancellationToken cancellationToken)
    {
        var output = new SongStream(_process.StandardOutput.BaseStream, long.MaxValue);
        if ((await output.PeekAsync(WavReader.SignatureBytes, cancellationToken)).Length < WavReader.SignatureBytes)
        {
            return null;
        }

        try
        {
            return await new WavReader(output).ReadAsync(_maxDuration, cancellationToken);
        }
        catch (AudioException exception) when (exception.Fault == AudioFault.Empty)
        {
            return null;
        }
    }

    /// <summary>What is there of a damaged song is taken, unless ffmpeg itself came to harm.</summary>
    private void ThrowIfRefused(Song? song, FfmpegMessages messages)
    {
        // .NET adds 128 to the number of the signal that ended a process; ffmpeg's own codes may be as high.
        const int cpuLimitSignal = 24;
        var signal = _process.ExitCode - 128;
        if (signal == cpuLimitSignal)
        {
            throw TimedOut();
        }

        if (messages.IsOutOfMemory)
        {
            throw new AudioException(AudioFault.TooLarge, "Decoding the song takes more memory than is allowed. Convert it to a 16-bit WAV or an MP3 file.");
        }

        if (CrashSignals.Contains(signal))
        {
            throw new AudioException(AudioFault.Damaged, $"The decoder broke off at this file (signal {signal}). Convert the song to WAV or MP3 again.");
        }

        if (messages.HasVideo)
        {
            throw new AudioException(AudioFault.UnsupportedFormat, "The file is a video. Send its sound alone, as MP3 for example.");
        }

        if (song is not null)
        {
            return;
        }

        throw messages switch
        {
            { HasInput: false } => new AudioException(
                AudioFault.UnsupportedFormat,
                $"The file is no audio in a known format. Send MP3, Ogg, Opus, M4A, FLAC or WAV. (ffmpeg: {messages.LastLine})"),
            { HasAudio: false } => new AudioException(AudioFault.UnsupportedFormat, "There is no sound in the file. Send a song."),
            _ => new AudioException(
                AudioFault.Damaged, $"Nothing of the song can be decoded. Check that it plays, and convert it again. (ffmpeg: {messages.LastLine})"),
        };
    }

    internal static AudioException TimedOut() => new(
        AudioFault.TimedOut, "Decoding the song took too long, and was ended. Send a shorter part of it; 30 seconds are enough.");

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It had ended.
        }
    }
}
