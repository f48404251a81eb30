namespace GenreCloud.Standalone.Demo;

/// <summary>What the demo works on.</summary>
public sealed record DemoOptions
{
    /// <summary>The zip to import; null = the sample that comes with the program.</summary>
    public FileInfo? Zip { get; init; }

    /// <summary>The labels CSV, when it is not inside the zip.</summary>
    public FileInfo? Labels { get; init; }

    /// <summary>The dataset's name; null = after the zip.</summary>
    public string? Dataset { get; init; }

    /// <summary>How often training sees every spectrogram; null = a number that suits the size of the dataset.</summary>
    public int? Epochs { get; init; }

    /// <summary>Services that run already; null = start them in this process.</summary>
    public DemoServices? Services { get; init; }

    /// <summary>Whether to end after the table instead of serving on; with <see cref="Services"/> it always does.</summary>
    public bool Exit { get; init; }
}
