using GenreCloud.LocalTools;
using GenreCloud.LocalTools.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

// Arguments: data directory, package directory. Prints one line, "ready" with Azurite's process id and connection string or
// "failed" with the reason, and then holds Azurite until standard input ends or the process is killed.
var options = new AzuriteOptions { DataDirectory = args[0], PackageDirectory = args[1] };
try
{
    await using var azurite = await AzuriteProcess.StartAsync(options, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
    Console.WriteLine($"ready\t{azurite.ProcessId}\t{azurite.ConnectionStringBlobs}");
    await Console.In.ReadToEndAsync();
    return 0;
}
catch (LocalToolException exception)
{
    Console.WriteLine($"failed\t{exception.Message}");
    return 1;
}
