using System.CommandLine;
using System.Globalization;
using GenreCloud.LocalTools;
using GenreCloud.LocalTools.Azurite;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Standalone.Keys;

/// <summary>
/// The command <c>keys</c>: makes, lists and revokes API keys in the storage itself. So the first key is made by whoever owns the storage, and no service has to
/// be open for it.
/// </summary>
internal static class KeysCommand
{
    /// <param name="options">Where the data lies.</param>
    public static Command Create(Func<ParseResult, StandaloneOptions> options)
    {
        var name = new Option<string>("--name") { Description = "Whose key it is; histories show it", Required = true };
        var scope = new Option<AccessScope>("--scope") { Description = "Classify: ask models. Manage: everything", Required = true };
        var days = new Option<int?>("--days") { Description = "For so many days; without end unless given" };
        var create = new Command("create", "Make a key, and print it, which is possible only now.") { name, scope, days };
        create.SetAction((parsed, cancellationToken) => RunAsync(
            options(parsed),
            async (keys, time) =>
            {
                var expires = parsed.GetValue(days) is { } number ? time.GetUtcNow().AddDays(number) : (DateTimeOffset?)null;
                var (_, text) = await keys.CreateAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(scope), expires, cancellationToken);
                await Console.Out.WriteLineAsync(text);
                return 0;
            },
            cancellationToken));

        var list = new Command("list", "List the keys, without their secrets.");
        list.SetAction((parsed, cancellationToken) => RunAsync(
            options(parsed),
            async (keys, _) =>
            {
                foreach (var key in await keys.ListAsync(cancellationToken))
                {
                    var end = key.ExpiresAt is { } time ? string.Create(CultureInfo.InvariantCulture, $"until {time:u}") : "without end";
                    await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key.Id}  {key.Scope,-8}  {end}  {key.Name}"));
                }

                return 0;
            },
            cancellationToken));

        var id = new Argument<string>("id") { Description = "As list shows it" };
        var revoke = new Command("revoke", "Take a key no more.") { id };
        revoke.SetAction((parsed, cancellationToken) => RunAsync(
            options(parsed),
            async (keys, _) =>
            {
                if (await keys.RevokeAsync(parsed.GetRequiredValue(id), cancellationToken))
                {
                    return 0;
                }

                await Console.Error.WriteLineAsync("There is no key with this id; keys list shows those that there are.");
                return 1;
            },
            cancellationToken));

        return new Command("keys", "API keys, in the storage of ConnectionStrings__blobs or, without it, of --data.") { create, list, revoke };
    }

    private static async Task<int> RunAsync(
        StandaloneOptions options, Func<ApiKeyStore, TimeProvider, Task<int>> work, CancellationToken cancellationToken)
    {
        AzuriteProcess? azurite = null;
        try
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString("blobs")))
            {
                azurite = await StandaloneServer.StartAzuriteAsync(options, LogLevel.Warning, cancellationToken);
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["ConnectionStrings:blobs"] = azurite.ConnectionStringBlobs,
                    ["ConnectionStrings:queues"] = azurite.ConnectionStringQueues,
                });
            }

            builder.AddGenreCloudStorage(StorageNames.Containers.Access);
            builder.Services.AddSingleton<ApiKeyStore>();
            using var host = builder.Build();
            host.RequireValidSettings();
            await host.Services.GetRequiredService<StorageProvisioning>().EnsureCreatedAsync(cancellationToken);
            return await work(host.Services.GetRequiredService<ApiKeyStore>(), host.Services.GetRequiredService<TimeProvider>());
        }
        catch (Exception exception) when (exception is LocalToolException or StorageUnavailableException || StartupFaults.Explain(exception) is not null)
        {
            await Console.Error.WriteLineAsync(StartupFaults.Explain(exception) ?? exception.Message);
            return StartupFaults.ExitCode;
        }
        finally
        {
            if (azurite is not null)
            {
                await azurite.DisposeAsync();
            }
        }
    }
}
