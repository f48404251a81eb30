using TorchSharp;

namespace GenreCloud.Modeling;

/// <summary>The catalogue of networks that can be trained. A new one is one class and one line in <see cref="All"/>.</summary>
/// <param name="Name">What a run asks for, and what the model card says.</param>
/// <param name="Description">One sentence for people who choose.</param>
/// <param name="Build">Makes the network for a number of classes, its weights drawn from torch's global generator.</param>
public sealed record Architecture(string Name, string Description, Func<int, SpectrogramNetwork> Build)
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new(Crnn.ArchitectureName, "Five convolution blocks of 64 channels, a two-layer GRU over 20 time steps and a linear head; 0.2 million weights.", classes => new Crnn(classes)),
    ];

    /// <summary>Finds an architecture.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static Architecture Named(string name) =>
        All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new ArgumentException($"There is no architecture '{name}'. There are: {string.Join(", ", All.Select(architecture => architecture.Name))}.", nameof(name));

    /// <summary>Makes the network with PyTorch's default initialisation, from a seed: the same seed gives the same weights, and PyTorch's.</summary>
    /// <param name="classes">Number of labels, at least 2.</param>
    /// <param name="seed">Seeds torch's global generator.</param>
    public SpectrogramNetwork Create(int classes, long seed)
    {
        torch.manual_seed(seed);
        return Build(classes);
    }
}
