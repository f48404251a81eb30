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
        byte[] library = File.ReadAllBytes(Library);
        Span<byte> version = "GLIBCXX_3.4.21\0"u8.ToArray();
        int at = library.AsSpan().IndexOf(version);
        library[at + "GLIBCXX_".Length] = (byte)'9';

        string message = Refusal(Written(library));

        message.ShouldContain("version `GLIBCXX_9.4.21' not found");
        message.ShouldContain("newer system");
        message.ShouldNotContain("\n");
    }

    private static string Refusal(string library) => Should.Throw<TorchNotLoadedException>(() => TorchRuntime.Load(library)).Message;

    private string Written(byte[] library)
    {
        string path = Path.Combine(_folder, TorchRuntime.LibraryName);
        File.WriteAllBytes(path, library);
        return path;
    }
}
