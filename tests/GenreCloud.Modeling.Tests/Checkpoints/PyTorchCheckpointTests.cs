using System.Buffers.Binary;
using GenreCloud.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests.Checkpoints;

public sealed class PyTorchCheckpointTests
{
    public static TheoryData<string> Fixtures => [.. Fixture.Readable];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Every_tensor_is_read_as_PyTorch_wrote_it(string name)
    {
        var checkpoint = PyTorchCheckpoint.Read(Fixture.Bytes(name));

        var expected = Fixture.Expected(name);
        checkpoint.Tensors.Keys.ShouldBe(expected.Select(tensor => tensor.Name));
        foreach (var tensor in expected)
        {
            var actual = checkpoint.Tensors[tensor.Name];
            actual.ElementType.ShouldBe(TypeNamed(tensor.Type), tensor.Name);
            actual.Shape.ToArray().ShouldBe(tensor.Shape, tensor.Name);
            Values(actual).ShouldBe(tensor.Values, tensor.Name);
        }
    }

    [Fact]
    public async Task A_stream_is_read_as_the_bytes_are()
    {
        byte[] file = Fixture.Bytes("linear.zip.pth");
        using var stream = new MemoryStream(file);

        var fromStream = await PyTorchCheckpoint.ReadAsync(stream, TestContext.Current.CancellationToken);

        var fromBytes = PyTorchCheckpoint.Read(file);
        fromStream.Tensors.Keys.ShouldBe(fromBytes.Tensors.Keys);
        fromStream.Tensors["weight"].Data.ToArray().ShouldBe(fromBytes.Tensors["weight"].Data.ToArray());
    }

    [Fact]
    public async Task Reading_a_stream_can_be_cancelled()
    {
        using var stream = new MemoryStream(Fixture.Bytes("linear.zip.pth"));

        await Should.ThrowAsync<OperationCanceledException>(() => PyTorchCheckpoint.ReadAsync(stream, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_stream_without_an_end_is_given_up_at_the_limit()
    {
        using var stream = new EndlessStream();

        var refusal = await Should.ThrowAsync<CheckpointException>(() => PyTorchCheckpoint.ReadAsync(stream, TestContext.Current.CancellationToken));

        refusal.Message.ShouldContain("more than 268435456 bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("GIF89a")]
    [InlineData("Not a checkpoint at all, but long enough for every header.")]
    public void Other_files_are_refused_as_what_they_are(string content) =>
        Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(System.Text.Encoding.ASCII.GetBytes(content)))
            .Message.ShouldContain("no PyTorch checkpoint");

    [Fact]
    public void A_whole_module_is_refused_by_the_name_of_its_type() =>
        Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(Fixture.Bytes("module.zip.pth")))
            .Message.ShouldContain("'torch.nn.modules.linear.Linear'");

    private static ScalarType TypeNamed(string name) => name switch
    {
        "uint8" => ScalarType.Byte,
        "bool" => ScalarType.Bool,
        _ => Enum.Parse<ScalarType>(name, ignoreCase: true),
    };

    private static double[] Values(CheckpointTensor tensor)
    {
        var data = tensor.Data;
        return tensor.ElementType switch
        {
            ScalarType.Float32 => Each(4, span => BinaryPrimitives.ReadSingleLittleEndian(span)),
            ScalarType.Float64 => Each(8, span => BinaryPrimitives.ReadDoubleLittleEndian(span)),
            ScalarType.Float16 => Each(2, span => (double)BinaryPrimitives.ReadHalfLittleEndian(span)),
            ScalarType.BFloat16 => Each(2, span => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(span) << 16)),
            ScalarType.Int64 => Each(8, span => BinaryPrimitives.ReadInt64LittleEndian(span)),
            ScalarType.Int32 => Each(4, span => BinaryPrimitives.ReadInt32LittleEndian(span)),
            ScalarType.Int16 => Each(2, span => BinaryPrimitives.ReadInt16LittleEndian(span)),
            ScalarType.Int8 => Each(1, span => (sbyte)span[0]),
            _ => Each(1, span => span[0]),
        };

        double[] Each(int size, Func<byte[], double> read) => [.. data.ToArray().Chunk(size).Select(read)];
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
    }
}
