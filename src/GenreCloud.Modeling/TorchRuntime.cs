using System.Runtime.InteropServices;

namespace GenreCloud.Modeling;

/// <summary>libtorch's native libraries.</summary>
public static class TorchRuntime
{
    /// <summary>Loads the native libraries, or says why that cannot be. To be called once, before anything of TorchSharp.</summary>
    /// <exception cref="TorchNotLoadedException">They cannot be loaded; the message has the loader's own reason.</exception>
    public static void EnsureLoaded() => Load(Path.Combine(AppContext.BaseDirectory, LibraryName));

    /// <summary>File name of TorchSharp's native library, which needs all others.</summary>
    internal static string LibraryName =>
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    internal static void Load(string library)
    {
        try
        {
            NativeLibrary.Load(library);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchNotLoadedException(library, exception);
        }
    }
}

/// <summary>libtorch cannot be loaded on this machine.</summary>
public sealed class TorchNotLoadedException : Exception
{
    internal TorchNotLoadedException(string library, Exception inner)
        : base(Explain(library, inner.Message), inner)
    {
    }

    private TorchNotLoadedException(string message)
        : base(message)
    {
    }

    internal static TorchNotLoadedException Missing(string library) => new(ExplainMissing(library));

    /// <param name="cause">What the dynamic linker says.</param>
    internal static TorchNotLoadedException Because(string cause) => new(ExplainCause(cause));

    // TorchSharp's own message names a missing package whatever the cause. The loader's text is in the inner message, one line a
    // place tried; the first line is .NET's general advice.
    private static string Explain(string library, string loader) => File.Exists(library)
        ? ExplainCause(loader.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Last())
        : ExplainMissing(library);

    private static string ExplainMissing(string library) =>
        $"libtorch cannot be loaded: {library} does not exist. Build or publish for {RuntimeInformation.RuntimeIdentifier}.";

    private static string ExplainCause(string cause)
    {
        string advice = cause.Contains("GLIBC", StringComparison.Ordinal)
            ? " This system's C or C++ runtime is older than the one libtorch was built for; Ubuntu 24.04 or a newer system has it."
            : "";
        return $"libtorch cannot be loaded: {cause}.{advice}";
    }
}
