using System.Net;
using System.Net.Http.Headers;
using GenreCloud.Testing;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>The command that makes the first API key, and a system that asks for it.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("genrecloud-e2e-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_key_made_by_the_command_opens_all_services_until_it_is_revoked()
    {
        var key = (await RunAsync("keys", "create", "--name", "ann", "--scope", "manage")).Trim();
        await using (var server = Start(["--urls", "http://127.0.0.1:0"], ("Access__RequireAuthentication", "true")))
        {
            using var client = new HttpClient { BaseAddress = await server.WaitForAddressAsync(CancellationToken) };
            string[] paths = ["/api/models", "/api/datasets", "/api/runs", "/api/keys"];
            foreach (var path in paths)
            {
                (await StatusAsync(client, path)).ShouldBe(HttpStatusCode.Unauthorized, path);
            }

            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            foreach (var path in paths)
            {
                (await StatusAsync(client, path)).ShouldBe(HttpStatusCode.OK, path);
            }

            (await server.StopAsync(CancellationToken)).ShouldBe(0, server.Output);
            server.Output.ShouldNotContain(key);
        }

        var id = key.Split('_')[1];
        (await RunAsync("keys", "list")).ShouldContain($"{id}  Manage");
        await RunAsync("keys", "revoke", id);
        (await RunAsync("keys", "list")).ShouldNotContain(id);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);
        return response.StatusCode;
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using var command = Start(arguments);
        (await command.WaitForExitAsync(CancellationToken)).ShouldBe(0, command.Output);
        return command.Output;
    }

    private ServiceProcess Start(string[] arguments, params (string Name, string Value)[] environment) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf("GenreCloud.Standalone"),
        [.. arguments, "--data", _data],
        [("XDG_DATA_HOME", AzuriteFixture.LocalApplicationData), .. environment]);
}
