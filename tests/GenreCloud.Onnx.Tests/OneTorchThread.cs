using System.Runtime.CompilerServices;
using TorchSharp;

namespace GenreCloud.Onnx.Tests;

internal static class OneTorchThread
{
    // Several OpenMP threads on a busy machine are slower than one.
    [ModuleInitializer]
    internal static void Set() => torch.set_num_threads(1);
}
