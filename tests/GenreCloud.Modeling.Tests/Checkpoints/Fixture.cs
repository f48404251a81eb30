using System.Text.Json;
using GenreCloud.Testing;

namespace GenreCloud.Modeling.Tests.Checkpoints;

/// <summary>Small checkpoints that PyTorch wrote: Fixtures/make_fixtures.py.</summary>
internal static class Fixture
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "GenreCloud.Modeling.Tests", "Checkpoints", "Fixtures");

    /// <summary>Every readable one.</summary>
    public static string[] Readable { get; } =
        ["tiny.legacy.pth", "tiny.zip.pth", "tiny.protocol4.pth", "linear.legacy.pth", "linear.zip.pth", "training.legacy.pth", "training.zip.pth"];

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    /// <summary>What PyTorch says is in a fixture.</summary>
    /// <param name="name">Its name, or that name's first part.</param>
    public static IReadOnlyList<ExpectedTensor> Expected(string name)
    {
        using var document = JsonDocument.Parse(Bytes("expected.json"));
        return
        [
            .. document.RootElement.GetProperty(name.Split('.')[0]).EnumerateObject().Select(tensor => new ExpectedTensor(
                tensor.Name,
                tensor.Value.GetProperty("type").GetString()!,
                [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                [.. tensor.Value.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())])),
        ];
    }
}

/// <param name="Type">As torch names it: float32, uint8.</param>
/// <param name="Values">In row-major order.</param>
internal sealed record ExpectedTensor(string Name, string Type, long[] Shape, double[] Values);
