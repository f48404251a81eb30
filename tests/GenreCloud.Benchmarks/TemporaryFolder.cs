namespace GenreCloud.Benchmarks;

/// <summary>A folder that goes with what it was made for.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("genrecloud-benchmark-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
