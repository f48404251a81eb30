using GenreCloud.ServiceDefaults;

namespace GenreCloud.Standalone;

/// <summary>The program without a command: serves until it is asked to stop.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(StandaloneOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await StandaloneServer.StartAsync(options, LogLevel.Information, cancellationToken);
            await server.WaitForShutdownAsync(cancellationToken);
            return server.LostStorage ? 1 : 0;
        }
        catch (StartupException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
