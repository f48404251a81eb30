using GenreCloud.LocalTools;
using GenreCloud.LocalTools.AspireDashboard;
using GenreCloud.LocalTools.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

// Arguments: "azurite DATA-DIRECTORY PACKAGE-DIRECTORY" or "dashboard PACKAGE-DIRECTORY". Prints one line, "ready" with the
// tool's process id and address or "failed" with the reason, and then holds the tool until standard input ends or the
// process is killed.
try
{
    await using var tool = args[0] == "azurite" ? await StartAzuriteAsync() : await StartDashboardAsync();
    await Console.In.ReadToEndAsync();
    return 0;
}
catch (LocalToolException exception)
{
    Console.WriteLine($"failed\t{exception.Message}");
    return 1;
}

async Task<IAsyncDisposable> StartAzuriteAsync()
{
    var options = new AzuriteOptions { DataDirectory = args[1], PackageDirectory = args[2] };
    var azurite = await AzuriteProcess.StartAsync(options, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
    Console.WriteLine($"ready\t{azurite.ProcessId}\t{azurite.ConnectionStringBlobs}");
    return azurite;
}

async Task<IAsyncDisposable> StartDashboardAsync()
{
    var options = new AspireDashboardOptions { PackageDirectory = args[1], PreferredPort = 0 };
    var dashboard = await AspireDashboardProcess.StartAsync(options, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
    Console.WriteLine($"ready\t{dashboard.ProcessId}\t{dashboard.Frontend}");
    return dashboard;
}
