using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace GenreCloud.Onnx;

/// <summary>Compares a classifier's ONNX model in ONNX Runtime with the network that it was written from.</summary>
public static class OnnxParity
{
    /// <summary>Runs both on the same samples.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="network">
    /// Takes uint8 [n,128,1292] and, where it has columns for it, float32 [n,columns] of tabular data (null otherwise); returns logits,
    /// float32 [n,classes]. It is run in evaluation mode, and put back.
    /// </param>
    /// <param name="pixels">uint8 [samples,128,1292], at least one sample. Real ones: noise excites a network differently.</param>
    /// <param name="tabular">float32 [samples,columns], NaN = missing; empty for a network without tabular columns.</param>
    /// <param name="batchSize">Samples in one call; bounds the memory: the first convolution of <c>crnn</c> alone answers 42 MB a sample.</param>
    /// <param name="threads">Threads of ONNX Runtime; TorchSharp's are the process's own.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The pixels are not a whole number of samples, or none.</exception>
    /// <exception cref="InvalidOperationException">The two do not have the same number of classes.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot load or run the model.</exception>
    public static OnnxParityResult Measure(
        ReadOnlyMemory<byte> model,
        nn.Module<Tensor, Tensor?, Tensor> network,
        ReadOnlyMemory<byte> pixels,
        ReadOnlyMemory<float> tabular = default,
        int batchSize = 4,
        int threads = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (pixels.Length == 0 || pixels.Length % OnnxClassifier.Pixels != 0)
        {
            throw new ArgumentException($"{pixels.Length} bytes are not a whole number of spectrograms of {OnnxClassifier.Pixels}.", nameof(pixels));
        }

        var samples = pixels.Length / OnnxClassifier.Pixels;
        var columns = tabular.Length / samples;
        if (tabular.Length % samples != 0)
        {
            throw new ArgumentException($"{tabular.Length} tabular values are not as many for each of {samples} spectrograms.", nameof(tabular));
        }

        using var options = new SessionOptions { IntraOpNumThreads = threads, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        using var session = new InferenceSession(model.ToArray(), options);
        using var runOptions = new RunOptions();

        var result = new OnnxParityResult(Samples: 0, MaxLogitDifference: 0, MaxProbabilityDifference: 0, ArgmaxAgreements: 0, WorstSample: 0);
        var wasTraining = network.training;
        network.eval();
        try
        {
            for (var start = 0; start < samples; start += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(batchSize, samples - start);
                var batch = pixels.Slice(start * OnnxClassifier.Pixels, count * OnnxClassifier.Pixels).ToArray();
                var rows = tabular.Slice(start * columns, count * columns).ToArray();
                var (torchLogits, torchProbabilities) = Predict(network, batch, rows, count);
                using var answers = Predict(session, runOptions, batch, rows, count);
                result = Add(result, count, torchLogits, answers[0].GetTensorDataAsSpan<float>(), torchProbabilities, answers[1].GetTensorDataAsSpan<float>());
            }
        }
        finally
        {
            network.train(wasTraining);
        }

        return result;
    }

    private static (float[] Logits, float[] Probabilities) Predict(nn.Module<Tensor, Tensor?, Tensor> network, byte[] pixels, float[] tabular, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = network.parameters().FirstOrDefault()?.device ?? CPU;
        var logits = network.call(
            tensor(pixels, [count, OnnxClassifier.Height, OnnxClassifier.Width], device: device),
            tabular.Length > 0 ? tensor(tabular, [count, tabular.Length / count], device: device) : null);
        return (Elements(logits), Elements(nn.functional.softmax(logits, 1)));

        static float[] Elements(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
    }

    private static IDisposableReadOnlyCollection<OrtValue> Predict(InferenceSession session, RunOptions options, byte[] pixels, float[] tabular, int count)
    {
        string[] outputs = [OnnxClassifier.LogitsOutput, OnnxClassifier.ProbabilitiesOutput];
        using var spectrograms = OrtValue.CreateTensorValueFromMemory(pixels, [count, OnnxClassifier.Height, OnnxClassifier.Width]);
        if (tabular.Length == 0)
        {
            return session.Run(options, [OnnxClassifier.SpectrogramInput], [spectrograms], outputs);
        }

        using var rows = OrtValue.CreateTensorValueFromMemory(tabular, [count, tabular.Length / count]);
        return session.Run(options, [OnnxClassifier.SpectrogramInput, OnnxClassifier.TabularInput], [spectrograms, rows], outputs);
    }

    private static OnnxParityResult Add(
        OnnxParityResult result,
        int count,
        ReadOnlySpan<float> torchLogits,
        ReadOnlySpan<float> onnxLogits,
        ReadOnlySpan<float> torchProbabilities,
        ReadOnlySpan<float> onnxProbabilities)
    {
        if (torchLogits.Length != onnxLogits.Length)
        {
            throw new InvalidOperationException($"The network has {torchLogits.Length / count} classes and the ONNX model {onnxLogits.Length / count}.");
        }

        var classes = torchLogits.Length / count;
        for (var sample = 0; sample < count; sample++)
        {
            var row = new Range(sample * classes, (sample + 1) * classes);
            var logitDifference = MaxDifference(torchLogits[row], onnxLogits[row]);
            result = new OnnxParityResult(
                result.Samples + 1,
                Math.Max(result.MaxLogitDifference, logitDifference),
                Math.Max(result.MaxProbabilityDifference, MaxDifference(torchProbabilities[row], onnxProbabilities[row])),
                result.ArgmaxAgreements + (TensorPrimitives.IndexOfMax(torchLogits[row]) == TensorPrimitives.IndexOfMax(onnxLogits[row]) ? 1 : 0),
                IsWorse(logitDifference, result.MaxLogitDifference) ? result.Samples : result.WorstSample);
        }

        return result;
    }

    // Math.Max carries a NaN on, and infinity less infinity is one: a difference is finite only if both sides are.
    private static double MaxDifference(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var max = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            max = Math.Max(max, Math.Abs((double)left[i] - right[i]));
        }

        return max;
    }

    private static bool IsWorse(double difference, double than) => difference > than || (double.IsNaN(difference) && !double.IsNaN(than));
}
