using System.Diagnostics;
using Shouldly;
using Xunit;

namespace GenreCloud.Testing;

/// <summary>The installed ffmpeg, which tests make their own files with.</summary>
public static class FfmpegEncoder
{
    /// <summary>Runs it, and gives the file that it wrote.</summary>
    /// <param name="extension">Of the file.</param>
    /// <param name="arguments">All but the output, without spaces inside one.</param>
    public static async Task<byte[]> MakeAsync(string extension, string arguments)
    {
        Prerequisite.Ffmpeg();
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.{extension}");
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", .. arguments.Split(' '), path]) { RedirectStandardError = true })!;
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(0, errors);
            return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
