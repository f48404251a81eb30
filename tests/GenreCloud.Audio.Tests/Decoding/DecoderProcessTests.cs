using System.Diagnostics;
using GenreCloud.Audio.Decoding;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Audio.Tests.Decoding;

/// <summary>How the decoder process is held, seen from inside: a shell script takes ffmpeg's place.</summary>
[Trait("Category", "Security")]
public sealed class DecoderProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("genrecloud-audio-").FullName;

    public DecoderProcessTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is limited on Linux only, and the script needs a shell.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Its_limits_are_set_before_it_gets_the_first_byte()
    {
        var options = Script("read x; echo \"$(ulimit -v) $(ulimit -t) $(ulimit -f) $(ulimit -c)\" >&2; exit 1");
        options.MaxDecoderMemoryBytes = 600L << 20;
        options.Timeout = TimeSpan.FromSeconds(90);

        (await RefusedAsync(options)).Message.ShouldContain($"(ffmpeg: {600 * 1024} 90 0 0)");
    }

    [Fact]
    public async Task It_sees_none_of_the_environment()
    {
        const string variable = "GENRECLOUD_AUDIO_TESTS_SECRET";
        Environment.SetEnvironmentVariable(variable, "do not tell");
        try
        {
            (await RefusedAsync(Script($"read x; echo \"<${variable}>\" >&2; exit 1"))).Message.ShouldContain("(ffmpeg: <>)");
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task What_it_writes_to_standard_error_is_bounded_and_does_not_block_it()
    {
        var exception = await RefusedAsync(Script("read x; head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1"));

        exception.Message.Length.ShouldBeLessThan(500);
    }

    [Fact]
    public async Task One_that_ends_at_once_gives_a_reason()
    {
        (await RefusedAsync(Script("exit 127"))).Message.ShouldContain("(ffmpeg: no reason given)");
    }

    [Fact]
    public async Task It_is_killed_when_its_time_is_over()
    {
        var time = new FakeTimeProvider();
        var seconds = $"600.1{Environment.ProcessId}";
        var options = Script($"exec sleep {seconds}");
        var decoding = DecodeAsync(options, time, TestContext.Current.CancellationToken);
        var process = await StartedAsync(seconds);

        time.Advance(options.Timeout);

        (await Should.ThrowAsync<AudioException>(() => decoding)).Fault.ShouldBe(AudioFault.TimedOut);
        process.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task It_is_killed_when_nobody_wants_its_answer()
    {
        using var cancel = new CancellationTokenSource();
        var seconds = $"600.2{Environment.ProcessId}";
        var decoding = DecodeAsync(Script($"exec sleep {seconds}"), TimeProvider.System, cancel.Token);
        var process = await StartedAsync(seconds);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => decoding);
        process.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task Its_crash_is_the_song_s_fault_and_no_other_s()
    {
        var exception = await RefusedAsync(Script("read x; kill -SEGV $$"));

        exception.Fault.ShouldBe(AudioFault.Damaged);
        exception.Message.ShouldContain("signal 11");
    }

    [Fact]
    public async Task Too_much_computing_is_too_much_time()
    {
        (await RefusedAsync(Script("read x; kill -XCPU $$"))).Fault.ShouldBe(AudioFault.TimedOut);
    }

    private static Task<AudioException> RefusedAsync(AudioDecoderOptions options)
        => Should.ThrowAsync<AudioException>(() => DecodeAsync(options, TimeProvider.System, TestContext.Current.CancellationToken));

    private static Task<Song> DecodeAsync(AudioDecoderOptions options, TimeProvider time, CancellationToken cancellationToken)
        => new AudioDecoder(options, time).DecodeAsync(new MemoryStream("a line\n"u8.ToArray()), cancellationToken);

    private AudioDecoderOptions Script(string commands)
    {
        var path = Path.Combine(_folder, "ffmpeg");
        File.WriteAllText(path, $"#!/bin/sh\n{commands}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return new AudioDecoderOptions { FfmpegPath = path };
    }

    /// <summary>The process that the script has become. Files it may not write, so its number is found by its arguments.</summary>
    private static async Task<Process> StartedAsync(string seconds)
    {
        while (true)
        {
            foreach (var process in Process.GetProcessesByName("sleep"))
            {
                if (CommandLine(process).Contains(seconds, StringComparison.Ordinal))
                {
                    return process;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}
