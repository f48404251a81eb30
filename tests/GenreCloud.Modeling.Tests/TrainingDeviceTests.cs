using TorchSharp;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

public sealed class TrainingDeviceTests
{
    public static TheoryData<string> Architectures => [.. Architecture.All.Select(architecture => architecture.Name)];

    // To another type and back goes the way of a move to a GPU and back: every weight and buffer is replaced by another tensor.
    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_network_that_was_moved_answers_as_before(string architecture)
    {
        using var scope = NewDisposeScope();
        var entry = Architecture.Named(architecture);
        using var network = entry.Create(new NetworkInputs(4, TabularNormalization.None(entry.TabularColumns)), seed: 1);
        network.eval();
        var pixels = Networks.Pixels(2, seed: 3);
        var expected = network.call(pixels, null);

        network.to(ScalarType.Float64).to(ScalarType.Float32);

        Networks.LargestDifference(network.call(pixels, null), expected).ShouldBe(0);
    }

    [Fact]
    public void Without_a_gpu_training_is_on_the_cpu()
    {
        Assert.SkipWhen(cuda.is_available(), "This machine has a GPU.");

        TrainingDevice.Current.type.ShouldBe(DeviceType.CPU);
        TrainingDevice.FormatFor(Precision.Bf16).ShouldBe(CpuTraining.FormatFor(Precision.Bf16));
    }
}
