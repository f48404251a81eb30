namespace GenreCloud.LocalTools;

/// <summary>Programs that the user has installed.</summary>
internal static class ProgramOnPath
{
    /// <summary>The full path of a program in a folder of PATH; null when none has it.</summary>
    /// <param name="name">Without an extension.</param>
    /// <param name="windowsExtension">What its file ends in on Windows.</param>
    public static string? Find(string name, string windowsExtension = ".exe")
    {
        var fileName = OperatingSystem.IsWindows() ? name + windowsExtension : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, fileName))
            .FirstOrDefault(File.Exists);
    }
}
