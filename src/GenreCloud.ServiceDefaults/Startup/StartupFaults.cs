using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>What is told to the one who starts a program that cannot start: the faults, without a stack trace.</summary>
public static class StartupFaults
{
    /// <summary>The exit code of a program that could not start.</summary>
    public const int ExitCode = 1;

    /// <summary>Checks the settings, serves until it is asked to stop, and disposes the service.</summary>
    /// <returns>The exit code; for faults that its owner can mend, after they were written to standard error.</returns>
    public static Task<int> RunServiceAsync(this WebApplication app, CancellationToken cancellationToken = default) => ReportAsync(async () =>
    {
        await using (app)
        {
            app.RequireValidSettings();
            await app.StartOrStopAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
    });

    /// <summary>
    /// Starts the host. Where one of its services cannot start, stops those that did: left to the host's disposal, each
    /// would report its own end as a crash.
    /// </summary>
    public static async Task StartOrStopAsync(this IHost host, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch
        {
            await host.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Runs a program; what its owner can mend goes to standard error.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ReportAsync(Func<Task> program)
    {
        try
        {
            await program();
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } message)
        {
            await Console.Error.WriteLineAsync(message);
            return ExitCode;
        }
    }

    /// <summary>
    /// Checks every option that is to be valid at start. The host does so too, but only after it has made its services, the
    /// first of which would then report its own faults alone.
    /// </summary>
    /// <exception cref="OptionsValidationException">Options of one kind are not valid.</exception>
    /// <exception cref="AggregateException">Options of several kinds are not valid.</exception>
    public static void RequireValidSettings(this IHost host) => host.Services.GetService<IStartupValidator>()?.Validate();

    /// <summary>What to tell the one who started the program, a fault a line; null for an exception that is nobody's setting.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        StartupException => exception.Message,
        OptionsValidationException faults => string.Join(Environment.NewLine, faults.Failures),
        AggregateException { InnerExceptions: var all } when all.All(one => one is OptionsValidationException) =>
            string.Join(Environment.NewLine, all.Select(Explain)),
        IOException { InnerException: AddressInUseException } =>
            $"{exception.Message} Serve elsewhere with --urls (environment: ASPNETCORE_URLS), or end the program that serves there.",
        _ => null,
    };
}
