using System.Runtime.InteropServices;
using GenreCloud.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests.Checkpoints;

public sealed class CheckpointLoadingTests
{
    private const string Statistic = "cnn.conv3.1.running_var";

    [Fact]
    public void A_network_s_state_comes_back_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var source = Networks.Crnn(classes: 4);
        Networks.Disturb(source);
        using var target = Architecture.Named("crnn").Create(new NetworkInputs(4), seed: 2);

        PyTorchCheckpoint.Read(LegacyFile.WithState(State(source))).LoadInto(target);

        Networks.Bits(target).ShouldBe(Networks.Bits(source));
    }

    [Theory]
    [InlineData(ScalarType.Float64, "DoubleStorage", 0)]
    [InlineData(ScalarType.Float16, "HalfStorage", 1e-3)]
    [InlineData(ScalarType.BFloat16, "BFloat16Storage", 1e-2)]
    public void Weights_of_another_precision_are_converted(ScalarType type, string storageType, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var source = Networks.Crnn(classes: 4);
        using var target = Architecture.Named("crnn").Create(new NetworkInputs(4), seed: 2);
        var state = State(source).Select(tensor => tensor.StorageType == "FloatStorage"
            ? tensor with { StorageType = storageType, Data = source.state_dict()[tensor.Name].to(type).bytes.ToArray() }
            : tensor).ToArray();

        PyTorchCheckpoint.Read(LegacyFile.WithState(state)).LoadInto(target);

        var loaded = target.state_dict();
        foreach (var (name, value) in source.state_dict())
        {
            loaded[name].dtype.ShouldBe(value.dtype);
            Networks.LargestDifference(loaded[name], value).ShouldBeLessThanOrEqualTo(tolerance, name);
        }
    }

    [Fact]
    public void The_counts_of_batches_may_be_absent()
    {
        using var source = Networks.Crnn(classes: 4);
        using var target = Architecture.Named("crnn").Create(new NetworkInputs(4), seed: 2);
        var state = State(source).Where(tensor => !tensor.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToArray();
        state.Length.ShouldBe(40);

        PyTorchCheckpoint.Read(LegacyFile.WithState(state)).LoadInto(target);

        Networks.Bits(target).ShouldBe(Networks.Bits(source));
    }

    [Fact]
    public void Only_what_the_caller_allows_may_be_absent()
    {
        var architecture = Architecture.Named("crnn-tabular");
        using var source = architecture.Create(new NetworkInputs(4, TabularNormalization.None(16)), seed: 1);
        var statistics = new TabularNormalization([.. Enumerable.Repeat(3f, 16)], [.. Enumerable.Repeat(3f, 16)], [.. Enumerable.Repeat(2f, 16)]);
        using var target = architecture.Create(new NetworkInputs(4, statistics), seed: 2);
        var checkpoint = PyTorchCheckpoint.Read(LegacyFile.WithState([.. State(source).Where(tensor => !tensor.Name.StartsWith("tabular.", StringComparison.Ordinal))]));

        Should.Throw<CheckpointException>(() => checkpoint.LoadInto(target)).Message.ShouldContain("It lacks 'tabular.missing', 'tabular.mean', 'tabular.std'.");
        Should.Throw<CheckpointException>(() => checkpoint.LoadInto(target, "tabular", "tabular.mean")).Message.ShouldContain("It lacks 'tabular.missing', 'tabular.std'.");
        checkpoint.LoadInto(target, "tabular.");

        target.state_dict()["tabular.std"].data<float>().ShouldAllBe(value => value == 2f);
        Networks.LargestDifference(target.state_dict()["final_layer.weight"], source.state_dict()["final_layer.weight"]).ShouldBe(0);
    }

    [Fact]
    public void All_that_does_not_fit_is_said_at_once_and_nothing_is_changed()
    {
        using var source = Networks.Crnn(classes: 5);
        using var target = Networks.Crnn(classes: 4);
        string before = Networks.Bits(target);
        var state = State(source).Where(tensor => tensor.Name != Statistic).ToList();
        state.Add(("head.bias", "FloatStorage", [1], new byte[4]));
        int bias = state.FindIndex(tensor => tensor.Name == "cnn.conv1.0.bias");
        state[bias] = state[bias] with { StorageType = "LongStorage", Data = new byte[64 * 8] };

        string message = Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(LegacyFile.WithState(state)).LoadInto(target)).Message;

        message.ShouldContain("the network crnn of 4 classes");
        message.ShouldContain($"It lacks '{Statistic}'.");
        message.ShouldContain("does not have its 'head.bias'.");
        message.ShouldContain("'rnn.linear.weight' [5,1280] of Float32 (the network has [4,1280] of Float32)");
        message.ShouldContain("'rnn.linear.bias' [5] of Float32 (the network has [4] of Float32)");
        message.ShouldContain("'cnn.conv1.0.bias' [64] of Int64 (the network has [64] of Float32)");
        Networks.Bits(target).ShouldBe(before);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    public void Weights_that_are_not_finite_are_refused_by_name_and_nothing_is_changed(double value)
    {
        using var source = Networks.Crnn(classes: 4);
        using var target = Architecture.Named("crnn").Create(new NetworkInputs(4), seed: 2);
        string before = Networks.Bits(target);
        double[] values = new double[64];
        values[63] = value;
        var state = State(source)
            .Select(tensor => tensor.Name == Statistic ? tensor with { StorageType = "DoubleStorage", Data = MemoryMarshal.AsBytes<double>(values).ToArray() } : tensor);

        string message = Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(LegacyFile.WithState([.. state])).LoadInto(target)).Message;

        message.ShouldContain($"'{Statistic}' has values that are not finite");
        Networks.Bits(target).ShouldBe(before);
    }

    [Theory]
    [InlineData("crnn", 2)]
    [InlineData("crnn", 7)]
    [InlineData("crnn-tabular", 20)]
    public void A_checkpoint_tells_its_number_of_classes(string name, int classes)
    {
        var architecture = Architecture.Named(name);
        using var source = architecture.Create(new NetworkInputs(classes, TabularNormalization.None(architecture.TabularColumns)), seed: 1);

        PyTorchCheckpoint.Read(LegacyFile.WithState(State(source))).CountClasses(architecture).ShouldBe(classes);
    }

    [Fact]
    public void A_checkpoint_of_another_architecture_has_no_number_of_classes()
    {
        using var source = Networks.Crnn(classes: 4);
        var checkpoint = PyTorchCheckpoint.Read(LegacyFile.WithState(State(source)));

        Should.Throw<CheckpointException>(() => checkpoint.CountClasses(Architecture.Named("crnn-tabular")))
            .Message.ShouldContain("'final_layer.weight'");
    }

    [Fact]
    public void A_head_whose_tensors_disagree_has_no_number_of_classes()
    {
        using var source = Networks.Crnn(classes: 4);
        var state = State(source).Select(tensor => tensor.Name == "rnn.linear.bias" ? tensor with { Shape = [3], Data = tensor.Data[..12] } : tensor).ToArray();

        Should.Throw<CheckpointException>(() => PyTorchCheckpoint.Read(LegacyFile.WithState(state)).CountClasses(Architecture.Named("crnn")))
            .Message.ShouldContain("'rnn.linear.bias' is for 3 classes");
    }

    private static (string Name, string StorageType, long[] Shape, byte[] Data)[] State(SpectrogramNetwork network) =>
    [
        .. network.state_dict().Select(entry => (
            entry.Key, entry.Value.dtype == ScalarType.Int64 ? "LongStorage" : "FloatStorage", entry.Value.shape, entry.Value.contiguous().bytes.ToArray())),
    ];
}
