namespace GenreCloud.Training.Runs;

/// <summary>How a run's process ended.</summary>
/// <param name="Code">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Errors">The last lines of its standard error.</param>
internal sealed record RunExit(int Code, string Errors)
{
    /// <summary>The exit code of a process that lost the storage: the run may succeed in another attempt.</summary>
    public const int StorageFailed = 4;

    /// <summary>The exit code of a process that found the run taken over by another one, or ended.</summary>
    public const int TakenOver = 5;

    /// <summary>The exit code of a process whose memory ran out: another attempt would end the same way.</summary>
    public const int MemoryRanOut = 6;

    private const int Aborted = 128 + 6;
    private const int HungUp = 128 + 1;
    private const int Interrupted = 128 + 2;
    private const int Killed = 128 + 9;
    private const int Terminated = 128 + 15;

    /// <summary>
    /// Somebody asked it to stop. Ctrl+C and the end of a terminal or a container reach the service and this process alike, and
    /// the service may notice its process's end before its own.
    /// </summary>
    public bool WasStopped => Code is Terminated or Interrupted or HungUp;

    /// <summary>It needed more memory than there is; where that happens in .NET itself or in a library, the process ends by a signal.</summary>
    public bool LacksMemory => Code == MemoryRanOut || (Code == Aborted && RunFailure.SaysThatMemoryRanOut(Errors));

    /// <summary>It needed more memory than there is, or was killed, which the system does then.</summary>
    public bool MayLackMemory => LacksMemory || Code == Killed;

    /// <summary>The last line of its standard error.</summary>
    public string LastError => Errors[(Errors.LastIndexOf('\n') + 1)..];

    /// <summary>What happened, for the one who asked for the run.</summary>
    public string Explanation => Code switch
    {
        MemoryRanOut => $"The run needs more memory than it gets. {LastError}.",
        Killed => "It was killed (signal 9), which the system does when memory runs out.",
        > 128 and < 128 + 65 => $"Signal {Code - 128} ended it. {Errors}",
        _ => $"Its exit code is {Code}. {Errors}",
    };
}
