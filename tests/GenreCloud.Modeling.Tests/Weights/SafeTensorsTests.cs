using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using GenreCloud.Modeling.Weights;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests.Weights;

/// <summary>The safetensors format, as its documentation gives it.</summary>
public sealed class SafeTensorsTests
{
    [Fact]
    public void A_network_is_written_as_the_format_says()
    {
        using var network = Networks.Crnn(classes: 3);

        byte[] file = SafeTensors.Write(network);

        var headerBytes = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        (headerBytes % 8).ShouldBe(0, "values are aligned");
        file[8].ShouldBe((byte)'{');
        using var header = JsonDocument.Parse(file.AsMemory(8, headerBytes));
        header.RootElement.GetProperty("__metadata__").GetProperty("format").GetString().ShouldBe("pt");
        var bias = header.RootElement.GetProperty("rnn.linear.bias");
        bias.GetProperty("dtype").GetString().ShouldBe("F32");
        bias.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ShouldBe([3]);
        header.RootElement.GetProperty("cnn.conv1.1.num_batches_tracked").GetProperty("dtype").GetString().ShouldBe("I64");
        var offsets = bias.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32()).ToArray();
        MemoryExtensions.SequenceEqual<byte>(file.AsSpan(8 + headerBytes)[offsets[0]..offsets[1]], network.Classifier.bias!.bytes).ShouldBeTrue();
    }

    [Fact]
    public void What_was_written_is_read_and_writing_it_again_gives_the_same_bytes()
    {
        using var network = Networks.Crnn(classes: 3);

        byte[] file = SafeTensors.Write(network);
        var weights = SafeTensors.Read(file);

        weights.Tensors.Keys.ShouldBe(network.state_dict().Keys, ignoreOrder: true);
        foreach (var (name, tensor) in network.state_dict())
        {
            weights.Tensors[name].ElementType.ShouldBe(tensor.dtype);
            weights.Tensors[name].Shape.ShouldBe(tensor.shape);
            weights.Tensors[name].Data.ToArray().ShouldBe(tensor.bytes.ToArray());
        }

        SafeTensors.Write(network).ShouldBe(file);
    }

    [Fact]
    public void A_file_of_another_writer_is_read_in_any_order_with_padding_and_metadata()
    {
        const string header = """
            {"__metadata__":{"by":"hand"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,4],"data_offsets":[16,16]}}
            """;

        var weights = SafeTensors.Read(File(header + "   ", values: 16));

        weights.Tensors.Keys.ShouldBe(["a", "b", "none"], ignoreOrder: true);
        weights.Tensors["a"].ElementType.ShouldBe(ScalarType.Int64);
        weights.Tensors["b"].Shape.ShouldBe([2, 1]);
        weights.Tensors["b"].Data.Length.ShouldBe(8);
        weights.Tensors["none"].Data.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("", 0, "header")]
    [InlineData("[]", 0, "header is not that of a safetensors file")]
    [InlineData("{}", 4, "the tensors have 0 bytes, and the file has values of 4")]
    [InlineData("""{"a":7}""", 0, "header is not")]
    [InlineData("""{"a":{}}""", 0, "header is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "header is not")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4, "'a' of type 'BF16'; only F32 and I64 are read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "'a' of shape [2] has 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape or the place of 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 0, "shape or the place of 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "shape or the place of 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "shape or the place of 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "header is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", 4, "header is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,4]}}""", 4, "header is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "the next one begins at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "the next one begins at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "the tensors have 8 bytes, and the file has values of 4")]
    public void What_cannot_be_is_refused_with_the_reason(string header, int values, string reason) =>
        Should.Throw<WeightsException>(() => SafeTensors.Read(File(header, values))).Message.ShouldContain(reason);

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 32)]
    [InlineData(17ul)]
    public void A_header_that_is_longer_than_the_file_is_refused(ulong length)
    {
        byte[] file = File("{}              ", values: 0);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        Should.Throw<WeightsException>(() => SafeTensors.Read(file)).Message.ShouldContain(length.ToString(CultureInfo.InvariantCulture));
        Should.Throw<WeightsException>(() => SafeTensors.Read(file.AsMemory(0, 5))).Message.ShouldContain("5 bytes");
    }

    [Fact]
    public void A_changed_byte_is_read_or_refused_but_nothing_else()
    {
        using var network = new SmallNetwork(classes: 3);
        byte[] file = SafeTensors.Write(network);

        Gen.Select(Gen.Int[0, 400], Gen.Byte, Gen.Int[0, file.Length]).Sample(
            (place, value, length) =>
            {
                byte[] changed = [.. file];
                changed[place] = value;
                Reads(changed);
                Reads(file[..length]);
            },
            seed: "0N0XIzNsQ0O2",
            iter: 3000,
            threads: 1);

        static void Reads(byte[] bytes)
        {
            try
            {
                SafeTensors.Read(bytes).Tensors.Values.ShouldAllBe(tensor => tensor.Data.Length >= 0);
            }
            catch (WeightsException exception)
            {
                exception.Message.Length.ShouldBeInRange(20, 1000);
            }
        }
    }

    private static byte[] File(string header, int values)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + values];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        return file;
    }
}
