using System.Text.Json.Nodes;

namespace GenreCloud.Infrastructure.Tests;

/// <summary>
/// What the infrastructure and the services would deploy, made in the way in which azd does it: the parameters file filled from
/// the azd environment, and then the services' parameters from the outputs. In a copy of the infrastructure.
/// </summary>
public sealed class Deployments : IAsyncLifetime
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001";
    private const string Tenant = "00000000-0000-0000-0000-000000000002";

    /// <summary>What a user has set: nothing but what azd asks for, and everything that adds or changes a resource.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Settings = new()
    {
        ["plain"] = [],
        ["private-gpu"] = new()
        {
            ["ALLOWED_IP_RANGES"] = "203.0.113.7/32, 198.51.100.0/24",
            ["ENTRA_AUTHORITY"] = "https://login.microsoftonline.com/common/v2.0",
            ["ENTRA_AUDIENCE"] = "api://genrecloud",
            ["PRIVATE_NETWORK"] = "true",
            ["TRAINING_WORKLOAD_PROFILE"] = "Consumption-GPU-NC8as-T4",
            ["TRAINING_CPU"] = "8",
            ["TRAINING_MEMORY"] = "56Gi",
            ["INFERENCE_MIN_REPLICAS"] = "1",
        },
        ["dedicated"] = new()
        {
            ["TRAINING_WORKLOAD_PROFILE"] = "D16",
            ["TRAINING_CPU"] = "16",
            ["TRAINING_MEMORY"] = "60Gi",
            ["TRAINING_MAX_RUNS"] = "5",
        },
    };

    /// <summary>What only Azure can say.</summary>
    private static readonly Dictionary<string, string> SaidByAzure = new()
    {
        ["AZURE_CONTAINER_REGISTRY_ENDPOINT"] = "registry.azurecr.io",
        ["AZURE_CONTAINER_APPS_ENVIRONMENT_ID"] = "/environment",
        ["AZURE_APPLICATION_INSIGHTS_CONNECTION_STRING"] = "InstrumentationKey=key",
        ["AZURE_STORAGE_BLOB_ENDPOINT"] = "https://account.blob.core.windows.net/",
        ["AZURE_STORAGE_QUEUE_ENDPOINT"] = "https://account.queue.core.windows.net/",
        ["AZURE_CONTAINER_APPS_ENVIRONMENT_DEFAULT_DOMAIN"] = "environment.example",
        ["DATASET_IMPORT_IDENTITY_ID"] = "/identities/dataset-import",
        ["DATASET_IMPORT_CLIENT_ID"] = "client-of-dataset-import",
        ["TRAINING_IDENTITY_ID"] = "/identities/training",
        ["TRAINING_CLIENT_ID"] = "client-of-training",
        ["INFERENCE_IDENTITY_ID"] = "/identities/inference",
        ["INFERENCE_CLIENT_ID"] = "client-of-inference",
        ["DASHBOARD_IDENTITY_ID"] = "/identities/dashboard",
        ["DASHBOARD_CLIENT_ID"] = "client-of-dashboard",
    };

    private readonly Dictionary<string, Deployment> _deployments = [];
    private readonly Dictionary<string, string> _failures = [];
    private DirectoryInfo? _folder;

    public static TheoryData<string> Names => new(
        from settings in Settings.Keys
        from name in ServicesAffectedBy(settings).Prepend("main")
        select $"{name}.{settings}");

    /// <summary>The folder with the copy of the infrastructure.</summary>
    public string Folder => _folder!.FullName;

    /// <summary>The environment of the parameters files of the services.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>One deployment; skips the test where bicep cannot run, and fails it where bicep failed.</summary>
    /// <param name="name">"main" or a service, and after a dot the settings: "inference.plain".</param>
    public Deployment this[string name]
    {
        get
        {
            Bicep.Require();
            return _deployments.GetValueOrDefault(name) ?? throw new InvalidOperationException(string.Join('\n', _failures.Values));
        }
    }

    /// <summary>What a Bicep file compiles to.</summary>
    /// <param name="file">By its path from the folder of the infrastructure.</param>
    public JsonObject Template(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(Path.Combine(Folder, file), ".json")))!.AsObject();

    public async ValueTask InitializeAsync()
    {
        if (!Bicep.IsAvailable)
        {
            return;
        }

        var cancellationToken = TestContext.Current.CancellationToken;
        _folder = Directory.CreateTempSubdirectory("genrecloud-infra-");
        InfrastructureFiles.CopyTo(Folder);
        if (await TryAsync("build", ["build", "--pattern", Path.Combine(Folder, "**", "*.bicep")], [], cancellationToken))
        {
            await PredictAllAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A service's name in azd's variables.</summary>
    public static string AzdKey(string service) => service.ToUpperInvariant().Replace('-', '_');

    private static string[] ServicesAffectedBy(string settings) =>
        settings == "dedicated" ? ["training"] : [.. AzdProject.Read().Services.Keys];

    private async Task PredictAllAsync(CancellationToken cancellationToken)
    {
        var services = AzdProject.Read().Services;
        foreach (var (settingName, settings) in Settings)
        {
            var environment = new Dictionary<string, string>(settings) { ["AZURE_ENV_NAME"] = "test", ["AZURE_LOCATION"] = "westeurope" };
            await File.WriteAllTextAsync(Path.Combine(Folder, "main.bicepparam"), MainParameters(environment), cancellationToken);
            await PredictAsync($"main.{settingName}", "main", [], environment, cancellationToken);
            if (!_deployments.TryGetValue($"main.{settingName}", out var main))
            {
                continue;
            }

            foreach (var (output, value) in main.Outputs)
            {
                var text = value!.ToString();
                environment[output] = text.StartsWith('[') ? SaidByAzure.GetValueOrDefault(output, output) : text;
            }

            foreach (var name in services.Keys)
            {
                environment[$"SERVICE_{AzdKey(name)}_IMAGE_NAME"] = $"registry.azurecr.io/genrecloud/{name}:1";
            }

            foreach (var name in ServicesAffectedBy(settingName))
            {
                await PredictAsync($"{name}.{settingName}", services[name].Module, ["--resource-group", environment["AZURE_RESOURCE_GROUP"]], environment, cancellationToken);
            }

            Environment = environment;
        }
    }

    private async Task PredictAsync(string name, string module, string[] scope, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, module);
        string[] arguments = ["snapshot", $"{path}.bicepparam", "--mode", "overwrite", "--subscription-id", Subscription, "--tenant-id", Tenant, .. scope];
        if (await TryAsync(name, arguments, environment, cancellationToken))
        {
            _deployments[name] = Deployment.Parse(await File.ReadAllTextAsync($"{path}.snapshot.json", cancellationToken));
        }
    }

    private async Task<bool> TryAsync(string name, string[] arguments, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await Bicep.RunAsync(arguments, environment, cancellationToken);
        if (exitCode != 0)
        {
            _failures[name] = output;
        }

        return exitCode == 0;
    }

    /// <summary>
    /// main.parameters.json as azd fills it: a parameter whose variable is not set is left to its default, and text becomes a
    /// number where the parameter is one.
    /// </summary>
    private string MainParameters(Dictionary<string, string> environment)
    {
        var types = Template("main.bicep")["parameters"]!.AsObject();
        return string.Join('\n',
        [
            "using 'main.bicep'",
            .. from parameter in InfrastructureFiles.MainParameters()
               where environment.ContainsKey(parameter.Value)
               let value = environment[parameter.Value]
               let isText = types[parameter.Key]!["type"]!.GetValue<string>() == "string"
               select $"param {parameter.Key} = {(isText ? $"'{value}'" : value)}",
        ]);
    }
}
