using GenreCloud.Modeling.Checkpoints;
using static GenreCloud.Modeling.Tests.Checkpoints.LegacyFile;

namespace GenreCloud.Modeling.Tests.Checkpoints;

/// <summary>Files that are made to do harm: each is refused, with the reason.</summary>
public sealed class HostileCheckpointTests
{
    [Fact]
    public void The_files_made_here_are_read_when_nothing_is_wrong_with_them()
    {
        var checkpoint = PyTorchCheckpoint.Read(WithTensor([2, 2], [2, 1]));

        checkpoint.Tensors["w"].Shape.ShouldBe([2, 2]);
        checkpoint.Tensors["w"].Data.Length.ShouldBe(16);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("runpy", "_run_code")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch.hub", "load")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("torch", "FloatStorage.from_file")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    public void A_name_that_is_not_allowed_is_refused_by_its_name(string module, string name)
    {
        byte[] pickle = Bytes(Global(module, name), "(", Text("touch /tmp/harmed"), "tR");
        byte[] onStack = Bytes(Text(module), Text(name), new byte[] { 0x93 }, "(", Text("touch /tmp/harmed"), "tR");

        Refusal(With(pickle)).ShouldContain($"'{module}.{name}'");
        Refusal(With(onStack)).ShouldContain($"'{module}.{name}'");
    }

    [Theory]
    [InlineData("(ios\nsystem\n", "INST")]
    [InlineData("(cos\nsystem\no", "os.system")]
    [InlineData("(No", "OBJ")]
    [InlineData("P1\n", "PERSID")]
    [InlineData("N)\u0081", "NEWOBJ")]
    [InlineData("N)}\u0092", "NEWOBJ_EX")]
    [InlineData("\u0082\u0001", "EXT")]
    [InlineData("\u0083\u0001\u0001", "EXT")]
    [InlineData("\u0084\u0001\u0001\u0001\u0001", "EXT")]
    [InlineData("I5\n", "0x49")]
    [InlineData("\u0097", "0x97")]
    public void An_opcode_that_makes_objects_or_is_not_needed_is_refused(string opcodes, string named) => Refusal(With(Bytes(opcodes))).ShouldContain(named);

    [Fact]
    public void Only_functions_are_called()
    {
        Refusal(With(Bytes(Global("torch", "FloatStorage"), ")R"))).ShouldContain("no function");
        Refusal(With(Bytes(Text("eval"), ")R"))).ShouldContain("no function");
        Refusal(With(Bytes(Global("collections", "OrderedDict"), "NR"))).ShouldContain("no function");
    }

    [Theory]
    [InlineData("collections", "OrderedDict")]
    [InlineData("torch._utils", "_rebuild_tensor_v2")]
    [InlineData("torch._utils", "_rebuild_parameter")]
    [InlineData("numpy", "dtype")]
    [InlineData("numpy.core.multiarray", "scalar")]
    [InlineData("_codecs", "encode")]
    public void A_function_takes_the_arguments_of_torch_save_only(string module, string name) =>
        Refusal(With(Bytes(Global(module, name), "(NNNNNNNtR"))).ShouldContain("other arguments");

    [Fact]
    public void No_object_gets_a_state()
    {
        Refusal(With(Bytes(Global("torch._utils", "_rebuild_tensor_v2"), "}", Text("__setstate__"), Global("collections", "OrderedDict"), "sb"))).ShouldContain("is built");
        Refusal(With(Bytes("]}b"))).ShouldContain("is built");
    }

    [Fact]
    public void A_reference_to_other_than_a_storage_is_refused()
    {
        Refusal(With(Bytes("NQ"))).ShouldContain("other than a storage");
        Refusal(With(Bytes("(", Text("module"), Global("collections", "OrderedDict"), Text("x.py"), Text("import os"), "tQ"))).ShouldContain("source code");
        Refusal(With(Bytes("(", Text("storage"), Global("torch", "FloatStorage"), Text("s"), Text("cpu"), Number(4), "NNtQ"))).ShouldContain("other than a storage");
    }

    [Fact]
    public void What_is_no_state_dict_is_refused()
    {
        Refusal(WithPlain(Bytes("N"))).ShouldContain("no dictionary");
        Refusal(WithPlain(Bytes("}"))).ShouldContain("0 tensors");
        Refusal(WithPlain(Bytes("}", Text("lr"), Number(1), "s"))).ShouldContain("'lr' is no tensor");
        Refusal(With(Bytes("}", Number(1), Tensor([4], [1]), "s"))).ShouldContain("no text");
        Refusal(With(Bytes("}", Text("w"), Tensor([4], [1]), "s", Text("w"), Tensor([4], [1]), "s"))).ShouldContain("'w' twice");
    }

    [Theory]
    [InlineData(new long[] { 5 }, new long[] { 1 }, 0)]
    [InlineData(new long[] { 2 }, new long[] { 4 }, 0)]
    [InlineData(new long[] { 4 }, new long[] { 1 }, 1)]
    [InlineData(new long[] { }, new long[] { }, 4)]
    [InlineData(new long[] { 0 }, new long[] { 1 }, 5)]
    [InlineData(new long[] { 2 }, new long[] { long.MaxValue }, 0)]
    [InlineData(new long[] { long.MaxValue, 2 }, new long[] { long.MaxValue, long.MaxValue }, long.MaxValue)]
    [InlineData(new long[] { 4294967296, 4294967296 }, new long[] { 0, 0 }, 0)]
    public void A_view_that_leaves_its_storage_is_refused(long[] shape, long[] strides, long offset) =>
        Refusal(WithTensor(shape, strides, offset)).ShouldContain("does not lie within its storage of 4 elements");

    [Fact]
    public void Negative_sizes_strides_offsets_and_counts_are_refused()
    {
        Refusal(WithTensor([-1], [1])).ShouldContain("not a number from 0");
        Refusal(WithTensor([2], [-1], offset: 3)).ShouldContain("not a number from 0");
        Refusal(WithTensor([2], [1], offset: -1)).ShouldContain("does not lie within");
        Refusal(WithTensor([0], [1], declared: -1)).ShouldContain("-1 elements");
    }

    [Fact]
    public void A_tensor_has_a_stride_for_each_of_its_dimensions_and_eight_at_most()
    {
        Refusal(WithTensor([2, 2], [1])).ShouldContain("2 sizes and 1 strides");
        Refusal(WithTensor(new long[9], new long[9])).ShouldContain("9 sizes");
        PyTorchCheckpoint.Read(WithTensor([1, 1, 1, 1, 1, 1, 1, 4], [long.MaxValue, 9, 9, 9, 9, 9, 9, 1])).Tensors["w"].Data.Length.ShouldBe(16);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public void A_storage_has_as_many_elements_as_it_says(long declared) =>
        Refusal(WithTensor([1], [1], declared: declared)).ShouldContain($"does not have its {declared} elements");

    [Fact]
    public void A_storage_that_the_file_is_too_short_for_is_refused_before_memory_is_taken()
    {
        byte[] whole = WithTensor([1], [1], declared: 1L << 60, elements: 4);
        BitConverter.TryWriteBytes(whole.AsSpan(whole.Length - 24), 1L << 60);

        Refusal(whole).ShouldContain("ends within");
    }

    [Fact]
    public void An_expanded_view_cannot_fill_the_memory()
    {
        Refusal(WithTensor([1L << 40], [0])).ShouldContain("268435456 bytes");

        // Each is small enough, together they are not.
        byte[] many = With(Bytes("}", Enumerable.Range(0, 5).SelectMany(i => Bytes(Text($"w{i}"), Tensor([1 << 24], [0]), "s")).ToArray()));
        Refusal(many).ShouldContain("268435456 bytes");
    }

    [Fact]
    public void A_tensor_that_no_state_needs_is_never_laid_out()
    {
        byte[] file = With(Bytes("}", Text("model"), "}", Text("w"), Tensor([4], [1]), "ss", Text("opt"), Tensor([1L << 40], [0]), "s"));

        PyTorchCheckpoint.Read(file).Tensors.Keys.ShouldBe(["w"]);
    }

    [Fact]
    public void Lists_that_hold_each_other_many_times_cost_no_more_than_their_opcodes()
    {
        // 100 levels of ten references to the level below: 10^100 values for a reader that walks through them.
        var levels = new List<byte>(Bytes("]q", new byte[] { 0 }, "0"));
        for (byte level = 1; level <= 100; level++)
        {
            byte[] references = Repeat([(byte)'h', (byte)(level - 1)], 10);
            levels.AddRange(level % 2 == 0 ? Bytes("(", references, "tq", new[] { level }, "0") : Bytes("]q", new[] { level }, "(", references, "e0"));
        }

        byte[] file = With(Bytes("}", Text("model"), "}", Text("w"), Tensor([4], [1]), "ss", Text("bomb"), levels.ToArray(), "h", new byte[] { 100 }, "s"));

        PyTorchCheckpoint.Read(file).Tensors.Keys.ShouldBe(["w"]);
    }

    [Fact]
    public void A_list_that_holds_itself_is_read_and_left_alone()
    {
        byte[] file = With(Bytes("}", Text("model"), "}", Text("w"), Tensor([4], [1]), "ss", Text("loop"), "]q", new byte[] { 1 }, "h", new byte[] { 1 }, "as"));

        PyTorchCheckpoint.Read(file).Tensors.Keys.ShouldBe(["w"]);
    }

    [Fact]
    public void A_dictionary_that_holds_itself_has_no_end_but_is_no_state()
    {
        byte[] file = WithPlain(Bytes("}q", new byte[] { 1 }, Text("model"), "h", new byte[] { 1 }, "s"));

        Refusal(file).ShouldContain("'model' is no tensor");
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Refusal(With(Repeat(Bytes("("), 2_000))).ShouldContain("1000 containers within each other");
        Refusal(With(Repeat(Bytes("]"), 200_000))).ShouldContain("100000 values");
        PyTorchCheckpoint.Read(With(Bytes("}", Text("model"), "}", Text("w"), Tensor([4], [1]), "ss", Text("deep"), Repeat(Bytes("]"), 50_000), Repeat(Bytes("a"), 49_999), "s")))
            .Tensors.Count.ShouldBe(1);
    }

    [Fact]
    public void A_pickle_that_goes_on_and_on_is_given_up()
    {
        Refusal(With(Repeat(Bytes("N0"), 500_001))).ShouldContain("1000000 pickle opcodes");
        Refusal(With(Bytes("Nr", new byte[] { 0xff, 0xff, 0xff, 0xff }))).ShouldContain("500000 remembered values");
    }

    [Theory]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u00ff", "bytes of an integer")]
    [InlineData("\u008a\u00ff", "bytes of an integer")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ff", "bytes of a string")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "bytes of a string")]
    [InlineData("\u008e\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0080", "bytes of a string")]
    [InlineData("B\u0000\u0000\u0000\u0080", "bytes of a string")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ff", "bytes of a string")]
    [InlineData("X\u00ff\u00ff\u0000\u0000", "cut off")]
    [InlineData("U\u0002\u00c3\u0028", "not UTF-8")]
    public void A_length_that_cannot_be_is_refused_before_memory_is_taken(string opcodes, string reason) => Refusal(With(Bytes(opcodes))).ShouldContain(reason);

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("t")]
    [InlineData("(0")]
    [InlineData("N(a")]
    [InlineData("](Q")]
    [InlineData("a")]
    [InlineData("Na")]
    [InlineData("NNs")]
    [InlineData("}Ns")]
    [InlineData("}(Nu")]
    [InlineData("N(Ne")]
    [InlineData("R")]
    [InlineData("b")]
    [InlineData("NN")]
    [InlineData("(N")]
    [InlineData("h\u0001")]
    [InlineData("j\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("q\u0001")]
    [InlineData("(q\u0001")]
    [InlineData("\u0087")]
    [InlineData("\u0080\u0001")]
    [InlineData("\u0080\u0006")]
    [InlineData("cos")]
    [InlineData("NN\u0093")]
    public void A_machine_out_of_order_is_refused(string opcodes) => Refusal(With(Bytes(opcodes))).ShouldContain("at byte");

    [Fact]
    public void A_file_of_another_byte_order_is_refused()
    {
        byte[] file = WithTensor([4], [1]);
        file[Header.Length - 3] = False[0];

        Refusal(file).ShouldContain("big-endian");
    }

    [Fact]
    public void A_pickle_of_others_is_refused() =>
        Refusal(Bytes(Protocol, "}.")).ShouldContain("not one of torch.save");

    [Fact]
    public void What_follows_the_last_storage_is_refused() =>
        Refusal([.. WithTensor([4], [1]), 0]).ShouldContain("1 bytes follow");

    [Fact]
    public void A_name_from_the_file_is_shown_short_and_without_control_characters()
    {
        string message = Refusal(WithPlain(Bytes("}", Text("\u001b[2J\r\n" + new string('x', 5_000)), "Ns")));

        message.ShouldContain("'?[2J??xxx");
        message.Length.ShouldBeLessThan(500);
    }

    private static string Refusal(byte[] file) => Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(file)).Message;
}
