using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019; beta2 0.99, epsilon 1e-5) over a network's parameters. Weights decay; biases and the scales and
/// shifts of normalisations do not, for to shrink them regularises nothing (fastai's convention too).
/// <para>
/// TorchSharp's own AdamW hands its numbers to libtorch in objects that nothing keeps alive during the call: a garbage collection
/// at that moment frees one while it is read, which ends the training or changes a weight. Here each lives to its call's end, the
/// factor of one that an addition would make for itself among them.
/// </para>
/// </summary>
internal sealed class NetworkOptimizer : IDisposable
{
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-5;

    /// <summary>As PyTorch's clip_grad_norm_ has it: no division by nothing.</summary>
    private const double NormEpsilon = 1e-6;

    private readonly double _weightDecay;
    private readonly ParameterState[] _parameters;

    /// <param name="network">Whose parameters are changed.</param>
    /// <param name="weightDecay">Decoupled: a step shrinks weights by this times the learning rate.</param>
    public NetworkOptimizer(SpectrogramNetwork network, double weightDecay)
    {
        _weightDecay = weightDecay;
        _parameters = [.. network.named_parameters().Select(entry => new ParameterState(entry.name, entry.parameter))];
    }

    /// <summary>Steps that each parameter has been made, in the order of <see cref="Moments"/>; a parameter that gets no gradient gets no step.</summary>
    public long[] StepCounts
    {
        get => [.. _parameters.Select(state => state.Steps)];
        set
        {
            foreach (var (state, count) in _parameters.Zip(value))
            {
                state.Steps = count;
            }
        }
    }

    /// <summary>The running means of the gradients and of their squares, by name of the parameter.</summary>
    public IEnumerable<(string Name, Tensor First, Tensor Second)> Moments => _parameters.Select(state => (state.Name, state.First, state.Second));

    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var state in _parameters)
        {
            state.Parameter.grad?.zero_();
        }
    }

    /// <summary>2-norm of the gradient over all parameters.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var norms = _parameters.Select(state => state.Parameter.grad).OfType<Tensor>().Select(gradient => gradient.norm()).ToArray();
        return norms.Length == 0 ? 0 : stack(norms).norm().ToDouble();
    }

    /// <summary>Shortens the gradient.</summary>
    /// <param name="norm">Its norm, above <paramref name="longest"/>.</param>
    /// <param name="longest">The norm to leave.</param>
    public void ShortenGradient(double norm, double longest)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using Scalar factor = longest / (norm + NormEpsilon);
        foreach (var gradient in _parameters.Select(state => state.Parameter.grad).OfType<Tensor>())
        {
            gradient.mul_(factor);
        }
    }

    /// <summary>Moves the parameters against their gradients.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="momentum">Beta1 of this step.</param>
    public void Step(double learningRate, double momentum)
    {
        using var _ = no_grad();
        foreach (var state in _parameters)
        {
            using var scope = NewDisposeScope();
            if (state.Parameter.grad is { } gradient)
            {
                double decay = state.Parameter.dim() > 1 ? _weightDecay : 0;
                state.Step(gradient, learningRate, momentum, decay);
            }
        }
    }

    public void Dispose()
    {
        foreach (var state in _parameters)
        {
            state.Dispose();
        }
    }

    private sealed class ParameterState(string name, Parameter parameter) : IDisposable
    {
        public string Name { get; } = name;

        public Parameter Parameter { get; } = parameter;

        public Tensor First { get; } = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public Tensor Second { get; } = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public long Steps { get; set; }

        public void Step(Tensor gradient, double learningRate, double beta1, double weightDecay)
        {
            Steps++;
            using Scalar kept = 1 - learningRate * weightDecay;
            using Scalar beta1Past = beta1;
            using Scalar beta1New = 1 - beta1;
            using Scalar beta2Past = Beta2;
            using Scalar beta2New = 1 - Beta2;
            using Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
            using Scalar epsilon = Epsilon;
            using Scalar one = 1;
            using Scalar step = -learningRate / (1 - Math.Pow(beta1, Steps));
            Parameter.mul_(kept);
            First.mul_(beta1Past).add_(gradient, beta1New);
            Second.mul_(beta2Past).addcmul_(gradient, gradient, beta2New);
            Parameter.addcdiv_(First, Second.sqrt().div_(correction).add_(epsilon, one), step);
        }

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
