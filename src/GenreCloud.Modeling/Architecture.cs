using TorchSharp;

namespace GenreCloud.Modeling;

/// <summary>The catalogue of networks that can be trained. A new one is one class and one line in <see cref="All"/>.</summary>
/// <param name="Name">What a run asks for, and what the model card says.</param>
/// <param name="Description">One sentence for people who choose.</param>
/// <param name="TabularColumns">Tabular columns that it takes beside the spectrogram; 0 for none.</param>
/// <param name="Build">Makes the network, its weights drawn from torch's global generator.</param>
public sealed record Architecture(string Name, string Description, int TabularColumns, Func<NetworkInputs, SpectrogramNetwork> Build)
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new(LinearClassifier.ArchitectureName, "Three statistics of each mel band under one linear layer: what a network must beat; 5,000 weights.", 0, inputs => new LinearClassifier(inputs.Classes)),
        new(Crnn.ArchitectureName, "Five convolution blocks of 64 channels, a two-layer GRU over 20 time steps and a linear head; 0.2 million weights.", 0, inputs => new Crnn(inputs.Classes)),
        new(CrnnTabular.ArchitectureName, "The convolutions and the GRU of crnn beside two dense layers over 16 tabular features; 0.3 million weights.", CrnnTabular.Columns, inputs => new CrnnTabular(inputs)),
        new(Crnn.StridedArchitectureName, "crnn with strides in place of its first three pools: less than a third of its time for an answer; crnn's weights fit it.", 0, inputs => Crnn.Strided(inputs.Classes)) { Family = Crnn.ArchitectureName },
    ];

    /// <summary>
    /// Architectures of one family have parameters of the same names, shapes and meaning: a training of one can start from the weights of
    /// another. Its own name unless it belongs to an older one's.
    /// </summary>
    public string Family { get; init; } = Name;

    /// <summary>Finds an architecture.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static Architecture Named(string name) =>
        All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new ArgumentException($"There is no architecture '{name}'. There are: {string.Join(", ", All.Select(architecture => architecture.Name))}.", nameof(name));

    /// <summary>Makes the network with PyTorch's default initialisation, from a seed: the same seed gives the same weights, and PyTorch's.</summary>
    /// <param name="inputs">What it is made for.</param>
    /// <param name="seed">Seeds torch's global generator.</param>
    /// <exception cref="ArgumentException">The inputs do not fit the architecture.</exception>
    public SpectrogramNetwork Create(NetworkInputs inputs, long seed)
    {
        torch.manual_seed(seed);
        return Build(inputs);
    }
}
