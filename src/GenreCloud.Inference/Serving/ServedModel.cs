using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Registry;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// One model version in memory: its card and one ONNX Runtime session, shared by all requests (a session may be run from
/// many threads at once). Reference counted: it is unloaded when it was retired and the last prediction is done.
/// </summary>
public sealed class ServedModel : IDisposable
{
    private static readonly string[] OutputNames = [ModelSignature.Probabilities];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly Lock _gate = new();
    private int _users;
    private bool _disposed;

    private ServedModel(ModelCard card, InferenceSession session)
    {
        Card = card;
        _session = session;
    }

    public ModelCard Card { get; }

    /// <summary>
    /// Makes the session and runs the card's golden spectrogram through it, which proves that this machine answers as the
    /// training machine did, and warms the session up.
    /// </summary>
    /// <param name="card">The model version's card.</param>
    /// <param name="onnx">The bytes of model.onnx.</param>
    /// <param name="intraOpThreads">Threads inside one prediction; 0 = one for each core.</param>
    /// <exception cref="ModelCheckException">The golden answer is not reproduced within the card's tolerance.</exception>
    public static ServedModel Load(ModelCard card, byte[] onnx, int intraOpThreads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = intraOpThreads };
        var model = new ServedModel(card, new InferenceSession(onnx, options));
        try
        {
            model.CheckGolden();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the session alive until the returned use is disposed; null when it is already being unloaded.</summary>
    public Use? TryUse()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return null;
            }

            _users++;
            return new Use(this);
        }
    }

    /// <summary>Takes the model out of service: no new use begins, and the session goes with the last one that runs.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_users == 0)
            {
                Unload();
            }
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _users--;
            if (_disposed && _users == 0)
            {
                Unload();
            }
        }
    }

    private void Unload()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private float[] Predict(byte[] pixels)
    {
        long[] shape = [pixels.Length / SpectrogramFormat.Pixels, SpectrogramFormat.MelBands, SpectrogramFormat.Frames];
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        using var outputs = _session.Run(_runOptions, [ModelSignature.Spectrogram], [input], OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private void CheckGolden()
    {
        var golden = Card.Golden;
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(golden.Png, pixels);
        var answer = Predict(pixels);
        if (answer.Length != golden.Probabilities.Length)
        {
            throw new ModelCheckException(
                $"{Card.Model} version {Card.Version} answers {answer.Length} probabilities, and its card has {golden.Probabilities.Length}.");
        }

        var difference = answer.Zip(golden.Probabilities, (a, b) => Math.Abs(a - b)).Max();
        if (!(difference <= golden.Tolerance))
        {
            throw new ModelCheckException(
                $"{Card.Model} version {Card.Version} answers its golden spectrogram {difference:g3} away from its card; {golden.Tolerance:g3} is allowed.");
        }
    }

    /// <summary>A share in a loaded model; dispose it when the prediction is done.</summary>
    public sealed class Use(ServedModel model) : IDisposable
    {
        private bool _disposed;

        public ModelCard Card => model.Card;

        /// <summary>Class probabilities for spectrograms.</summary>
        /// <param name="pixels">uint8 [N,128,1292], row-major.</param>
        /// <returns>float32 [N,classes] in the order of the card's labels, each row summing to 1.</returns>
        public float[] Predict(byte[] pixels)
        {
            Debug.Assert(!_disposed, "A model is used after its use was disposed.");
            return model.Predict(pixels);
        }

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                model.Release();
            }
        }
    }
}
