namespace GenreCloud.Modeling;

/// <summary>What makes training on a CPU fast: the process's environment and the format of the computation.</summary>
public static class CpuTraining
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>Whether this CPU multiplies bfloat16 (avx512_bf16 or amx_bf16). Without such instructions it is slower than float32.</summary>
    public static bool BFloat16Support { get; } = HasBFloat16(File.Exists(CpuInfo) ? File.ReadLines(CpuInfo) : []);

    /// <summary>
    /// The environment in which a training process is to be started. The C library and OpenMP read it before the program's first
    /// instruction, so that a running process cannot set it for itself. Elsewhere than on Linux it changes nothing.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        // glibc returns each activation to the system and faults its pages in again at the next step: half of the time. One heap that
        // never shrinks keeps them. (Huge pages by glibc.malloc.hugetlb=1 instead save a fifth, and on top of this one nothing.)
        ["GLIBC_TUNABLES"] = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.arena_max=1",

        // A waiting OpenMP thread spins by default, and takes the core from the one that it waits for as soon as anything else runs
        // on the machine: 3 images a second instead of 6 to 12.
        ["OMP_WAIT_POLICY"] = "PASSIVE",
    };

    /// <summary>The fastest format that gives the precision asked for.</summary>
    /// <returns>The format, and the reason why it is not the precision asked for, or null when it is.</returns>
    public static (ComputeFormat Format, string? Reason) FormatFor(Precision precision) => FormatFor(precision, BFloat16Support);

    internal static (ComputeFormat Format, string? Reason) FormatFor(Precision precision, bool bfloat16) => (precision, bfloat16) switch
    {
        (Precision.Bf16, true) => (ComputeFormat.ChannelsLastBFloat16, null),
        (Precision.Bf16, false) => (ComputeFormat.ChannelsLast, "This CPU has no bfloat16 instructions (avx512_bf16 or amx_bf16): float32 is faster on it."),
        _ => (ComputeFormat.ChannelsLast, null),
    };

    internal static bool HasBFloat16(IEnumerable<string> cpuInfo)
    {
        string? flags = cpuInfo.FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal));
        return flags is not null && flags.Split(' ').Any(flag => flag is "avx512_bf16" or "amx_bf16");
    }
}
