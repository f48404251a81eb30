using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// AdamW (beta2 0.99, epsilon 1e-5) over a network's parameters. Weights decay; biases and the scales and shifts of normalisations
/// do not, for to shrink them regularises nothing (fastai's convention too).
/// </summary>
internal sealed class NetworkOptimizer : IDisposable
{
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-5;

    /// <summary>As PyTorch's clip_grad_norm_ has it: no division by nothing.</summary>
    private const double NormEpsilon = 1e-6;

    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly AdamW _adam;
    private readonly AdamW.State[] _states;

    /// <param name="network">Whose parameters are changed.</param>
    /// <param name="weightDecay">Decoupled: a step shrinks weights by this times the learning rate.</param>
    public NetworkOptimizer(SpectrogramNetwork network, double weightDecay)
    {
        var named = network.named_parameters().ToArray();
        var matrices = named.Where(entry => entry.parameter.dim() > 1).ToArray();
        var vectors = named.Where(entry => entry.parameter.dim() <= 1).ToArray();
        _parameters = [.. matrices, .. vectors];
        _adam = optim.AdamW(
        [
            new AdamW.ParamGroup(matrices.Select(entry => entry.parameter).ToArray(), lr: 0, beta1: 0, Beta2, Epsilon, weightDecay),
            new AdamW.ParamGroup(vectors.Select(entry => entry.parameter).ToArray(), lr: 0, beta1: 0, Beta2, Epsilon, weight_decay: 0),
        ]);

        // In the order of the groups.
        _states = [.. _adam.state_dict().State.Cast<AdamW.State>()];
    }

    /// <summary>Steps that each parameter has been made, in the order of <see cref="Moments"/>; a parameter that gets no gradient gets no step.</summary>
    public long[] StepCounts
    {
        get => [.. _states.Select(state => state.step)];
        set
        {
            foreach (var (state, count) in _states.Zip(value))
            {
                state.step = count;
            }
        }
    }

    /// <summary>The running means of the gradients and of their squares, by name of the parameter.</summary>
    public IEnumerable<(string Name, Tensor First, Tensor Second)> Moments =>
        _parameters.Zip(_states, (entry, state) => (entry.Name, state.exp_avg, state.exp_avg_sq));

    public void ZeroGradients() => _adam.zero_grad();

    /// <summary>2-norm of the gradient over all parameters.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var norms = _parameters.Select(entry => entry.Parameter.grad).OfType<Tensor>().Select(gradient => gradient.norm()).ToArray();
        return norms.Length == 0 ? 0 : stack(norms).norm().ToDouble();
    }

    /// <summary>Shortens the gradient.</summary>
    /// <param name="norm">Its norm, above <paramref name="longest"/>.</param>
    /// <param name="longest">The norm to leave.</param>
    public void ShortenGradient(double norm, double longest)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var gradient in _parameters.Select(entry => entry.Parameter.grad).OfType<Tensor>())
        {
            gradient.mul_(longest / (norm + NormEpsilon));
        }
    }

    /// <summary>Moves the parameters against their gradients.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="momentum">Beta1 of this step.</param>
    public void Step(double learningRate, double momentum)
    {
        foreach (var group in _adam.ParamGroups.Cast<AdamW.ParamGroup>())
        {
            group.LearningRate = learningRate;
            group.Betas = (momentum, Beta2);
        }

        _adam.step();
    }

    public void Dispose() => _adam.Dispose();
}
