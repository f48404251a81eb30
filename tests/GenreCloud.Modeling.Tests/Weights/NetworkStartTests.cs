using GenreCloud.Modeling.Weights;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests.Weights;

public sealed class NetworkStartTests
{
    private static readonly string[] Labels = ["black metal", "doom metal", "punk"];

    /// <summary>Every architecture must say which of its layers is the one of the labels.</summary>
    public static TheoryData<string> Architectures => [.. Architecture.All.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void With_the_same_labels_everything_that_was_learnt_is_taken_over(string architecture)
    {
        using var other = Create(architecture, Labels.Length, seed: 1, mean: 0);
        using var network = Create(architecture, Labels.Length, seed: 2, mean: 0);

        network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), Labels, Labels);

        Networks.Bits(network).ShouldBe(Networks.Bits(other));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void With_other_labels_only_the_last_layer_differs_and_its_rows_go_by_their_labels(string architecture)
    {
        string[] labels = ["punk", "grindcore", "black metal", "folk metal"];
        using var scope = NewDisposeScope();
        using var other = Create(architecture, Labels.Length, seed: 1, mean: 0);
        using var network = Create(architecture, labels.Length, seed: 2, mean: 0);
        using var drawn = Create(architecture, labels.Length, seed: 2, mean: 0);

        network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), labels, Labels);

        foreach (var (given, source, row) in (IEnumerable<(int, SpectrogramNetwork, int)>)[(0, other, 2), (1, drawn, 1), (2, other, 0), (3, drawn, 3)])
        {
            network.Classifier.weight![given].equal(source.Classifier.weight![row]).all().item<bool>().ShouldBeTrue(labels[given]);
            network.Classifier.bias![given].equal(source.Classifier.bias![row]).all().item<bool>().ShouldBeTrue(labels[given]);
        }

        var expected = other.state_dict();
        foreach (var (name, tensor) in network.state_dict())
        {
            if (!ReferenceEquals(tensor, network.Classifier.weight) && !ReferenceEquals(tensor, network.Classifier.bias))
            {
                tensor.bytes.SequenceEqual(expected[name].bytes).ShouldBeTrue(name);
            }
        }
    }

    [Fact]
    public void Architectures_of_one_family_take_each_other_s_weights()
    {
        foreach (var family in Architecture.All.GroupBy(architecture => architecture.Family))
        {
            using var other = Create(family.First().Name, Labels.Length, seed: 1, mean: 0);
            foreach (var architecture in family)
            {
                using var network = Create(architecture.Name, Labels.Length, seed: 2, mean: 0);

                network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), Labels, Labels);

                Networks.Bits(network).ShouldBe(Networks.Bits(other), architecture.Name);
            }
        }
    }

    [Fact]
    public void The_statistics_of_the_tabular_columns_stay_those_of_the_new_data()
    {
        using var scope = NewDisposeScope();
        using var other = Create("crnn-tabular", Labels.Length, seed: 1, mean: 5);
        using var network = Create("crnn-tabular", Labels.Length, seed: 2, mean: 7);

        network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), Labels, Labels);

        network.state_dict()["tabular.mean"][0].item<float>().ShouldBe(7);
    }

    [Fact]
    public void Weights_of_another_network_are_refused_with_all_that_does_not_fit_and_change_nothing()
    {
        using var other = Create("crnn-tabular", Labels.Length, seed: 1, mean: 0);
        using var network = Create("crnn", Labels.Length, seed: 2, mean: 0);
        string before = Networks.Bits(network);

        string message = Should.Throw<WeightsException>(() => network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), Labels, Labels)).Message;

        message.ShouldContain("a network crnn of 3 classes");
        message.ShouldContain("'rnn.linear.weight' is missing");
        message.ShouldContain("the network has no 'final_layer.bias'");
        Networks.Bits(network).ShouldBe(before);
    }

    [Fact]
    public void Weights_of_another_number_of_classes_than_their_labels_are_refused()
    {
        using var other = new SmallNetwork(classes: 3);
        using var network = new SmallNetwork(classes: 3);

        Should.Throw<WeightsException>(() => network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), Labels, ["punk", "grindcore"]))
            .Message.ShouldContain("[3,136] and not Float32 [2,136]");
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused()
    {
        using var other = new SmallNetwork(classes: 3);
        other.Spoil();
        using var network = new SmallNetwork(classes: 3);

        Should.Throw<WeightsException>(() => network.StartFrom(SafeTensors.Read(SafeTensors.Write(other)), Labels, Labels)).Message.ShouldContain("not finite");
        float.IsFinite(network.Weight).ShouldBeTrue();
    }

    private static SpectrogramNetwork Create(string architecture, int classes, long seed, float mean)
    {
        var entry = Architecture.Named(architecture);
        var tabular = TabularNormalization.None(entry.TabularColumns) with { Mean = [.. Enumerable.Repeat(mean, entry.TabularColumns)] };
        return entry.Create(new NetworkInputs(classes, tabular), seed);
    }
}
