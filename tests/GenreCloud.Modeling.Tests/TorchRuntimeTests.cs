using System.Text;

namespace GenreCloud.Modeling.Tests;

public sealed class TorchRuntimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("genrecloud-").FullName;

    private static string Library => Path.Combine(AppContext.BaseDirectory, TorchRuntime.LibraryName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_libraries_beside_the_program_load() => Should.NotThrow(TorchRuntime.EnsureLoaded);

    [Fact]
    public void A_missing_library_is_named() =>
        Refusal(Path.Combine(_folder, "absent.so")).ShouldContain("absent.so does not exist");

    [Fact]
    public void A_truncated_library_is_named_as_such() =>
        Refusal(Written(File.ReadAllBytes(Library)[..40])).ShouldContain("file too short");

    [Fact]
    public void A_file_that_is_no_library_is_named_as_such() =>
        Refusal(Written(Encoding.ASCII.GetBytes(new string('<', 4096)))).ShouldContain("invalid ELF header");

    [Fact]
    public void A_system_too_old_for_the_library_is_told_which_version_it_lacks()
    {
        string message = Refusal(Written(OfNewerSystem()));

        message.ShouldContain("version `GLIBCXX_9.4.21' not found");
        message.ShouldContain("newer system");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task The_dry_run_passes_the_libraries_beside_the_program() =>
        await Should.NotThrowAsync(() => TorchDryRun.RequireLoadableAsync(TestContext.Current.CancellationToken));

    [Fact]
    public async Task The_dry_run_names_a_missing_library() =>
        (await DryRunRefusalAsync(Path.Combine(_folder, "absent.so"))).ShouldContain("absent.so does not exist");

    [Fact]
    public async Task The_dry_run_tells_of_a_system_too_old_which_version_it_lacks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a dry run.");
        var message = await DryRunRefusalAsync(Written(OfNewerSystem()));

        message.ShouldContain("version `GLIBCXX_9.4.21' not found");
        message.ShouldContain("newer system");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task The_dry_run_names_a_library_that_the_first_one_needs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a dry run.");

        // A name that no system has: some have a libtorch.so of their own.
        (await DryRunRefusalAsync(Written(With("\0libtorch.so\0"u8, "\0libtorcX.so\0"u8)))).ShouldContain("libtorcX.so => not found");
    }

    private static string Refusal(string library) => Should.Throw<TorchNotLoadedException>(() => TorchRuntime.Load(library)).Message;

    private static async Task<string> DryRunRefusalAsync(string library) =>
        (await Should.ThrowAsync<TorchNotLoadedException>(() => TorchDryRun.RequireLoadableAsync(library, TestContext.Current.CancellationToken))).Message;

    /// <summary>The library with a need for a version of libstdc++ that no system has.</summary>
    private static byte[] OfNewerSystem() => With("GLIBCXX_3.4.21\0"u8, "GLIBCXX_9.4.21\0"u8);

    /// <summary>The library with another text in the place of one of the same length.</summary>
    private static byte[] With(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other)
    {
        byte[] library = File.ReadAllBytes(Library);
        other.CopyTo(library.AsSpan(library.AsSpan().IndexOf(text)));
        return library;
    }

    private string Written(byte[] library)
    {
        string path = Path.Combine(_folder, TorchRuntime.LibraryName);
        File.WriteAllBytes(path, library);
        return path;
    }
}
