using System.CommandLine;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Training;

/// <summary>
/// The commands that serve until they are asked to stop: the whole service, and <c>api</c>. What they do not know is a setting of
/// the service: <c>--urls</c>, <c>--Training:Threads</c>.
/// </summary>
internal static class ServeCommand
{
    /// <summary>The API and the worker; what runs when no command is named.</summary>
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("The GenreCloud training service: the API, and the worker that executes runs.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((parsed, cancellationToken) => ServeAsync(parsed, builder => builder.AddTraining(), cancellationToken));
        return root;
    }

    /// <summary>The command <c>api</c>: the API alone.</summary>
    public static Command CreateApi()
    {
        var api = new Command("api", "Only the API; runs are executed elsewhere.") { TreatUnmatchedTokensAsErrors = false };
        api.SetAction((parsed, cancellationToken) => ServeAsync(parsed, builder => builder.AddTrainingApi(), cancellationToken));
        return api;
    }

    private static async Task<int> ServeAsync(ParseResult parsed, Action<WebApplicationBuilder> add, CancellationToken cancellationToken)
    {
        if (parsed.UnmatchedTokens is [var first, ..] && !first.StartsWith('-') && !first.Contains('=', StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync($"'{first}' is no command of the training service. It has api and work; without a command it does both.");
            return StartupFaults.ExitCode;
        }

        var builder = WebApplication.CreateBuilder([.. parsed.UnmatchedTokens]);
        builder.AddServiceDefaults();
        add(builder);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapTraining();

        return await app.RunServiceAsync(cancellationToken);
    }
}
