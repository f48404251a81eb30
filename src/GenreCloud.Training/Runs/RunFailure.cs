using System.Net.Sockets;
using Azure;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Weights;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Runs;

/// <summary>Which exceptions end a run for good, and what its owner is told.</summary>
internal static class RunFailure
{
    /// <summary>What libtorch's allocators, oneDNN and the C++ library say.</summary>
    private static readonly string[] MemoryPhrases = ["can't allocate memory", "out of memory", "std::bad_alloc", "could not create a memory"];

    /// <summary>Whether the storage failed, past the client's own retries: another attempt at the run may succeed.</summary>
    public static bool IsOfStorage(Exception exception) =>
        exception is RequestFailedException or AggregateException or HttpIOException or IOException { InnerException: SocketException };

    /// <summary>Whether memory ran out, in .NET, libtorch, its libraries or the GPU.</summary>
    public static bool IsOfMemory(Exception exception) => exception is OutOfMemoryException || SaysThatMemoryRanOut(exception.Message);

    /// <summary>Whether a text, such as what a process wrote before its end, tells that memory ran out.</summary>
    public static bool SaysThatMemoryRanOut(string text) =>
        MemoryPhrases.Any(phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong, for an exception with which trying again would not help.</summary>
    /// <param name="exception">What ended the run.</param>
    /// <param name="cacheDirectory"><see cref="TrainingServiceOptions.CacheDirectory"/>, the only place where a run writes files.</param>
    /// <returns>The error, or null when nobody foresaw such an exception.</returns>
    public static RunError? Explain(Exception exception, string cacheDirectory) => exception switch
    {
        TorchNotLoadedException => new RunError("libtorch cannot be loaded", exception.Message),
        DatasetException => new RunError("The dataset cannot be trained on", exception.Message),
        ModelNotFoundException or UnusableModelException or WeightsException => new RunError("The run cannot start from the model version that it names", exception.Message),
        TrainingDivergedException => new RunError("Training diverged", exception.Message),
        EvaluationException => new RunError("The network cannot be evaluated", exception.Message),
        OnnxParityException => new RunError("ONNX Runtime and TorchSharp do not agree", exception.Message),
        IOException or UnauthorizedAccessException => new RunError(
            "The cache of shards cannot be used",
            $"{exception.FirstLine()} Make room in {cacheDirectory} and let the service write there, or set Training:CacheDirectory to another folder. "
            + "Then start the run again."),
        _ => null,
    };

    /// <summary>For an exception that nobody foresaw: one line, the trace is for the log.</summary>
    public static RunError Describe(Exception exception) => new(
        "The run failed unexpectedly", $"{exception.GetType().Name}: {exception.FirstLine()} The service's log has the details.");
}
