using System.Text.Json;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Datasets;
using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Imports;
using GenreCloud.Client.Keys;
using GenreCloud.Client.Models;
using GenreCloud.Client.Runs;
using GenreCloud.Client.Webhooks;

namespace GenreCloud.Client.Tests.Contract;

/// <summary>The client's records against what the services say of their JSON: nothing is lost, nothing is made up.</summary>
public sealed class ContractTests(AllServices services) : IClassFixture<AllServices>
{
    /// <summary>Records that have another name here than in the services.</summary>
    private static readonly Dictionary<string, Type> Renamed = new()
    {
        ["AliasRequest"] = typeof(AliasMove),
        ["ApiKeySummary"] = typeof(ApiKey),
        ["ArchitectureSummary"] = typeof(Architecture),
        ["BatchAnswer"] = typeof(BatchResult),
        ["ClassifyResponse"] = typeof(Classification),
        ["DatasetSummary"] = typeof(Dataset),
        ["DatasetVersionSummary"] = typeof(DatasetVersion),
        ["EvaluationError"] = typeof(JobError),
        ["ImportError"] = typeof(JobError),
        ["LabelRulesRequest"] = typeof(LabelRules),
        ["ModelEvaluationRequest"] = typeof(EvaluationRequest),
        ["ModelSummary"] = typeof(Model),
        ["MonitorReport"] = typeof(ModelMonitor),
        ["NewApiKey"] = typeof(ApiKey),
        ["NewWebhook"] = typeof(Webhook),
        ["ProblemDetails"] = typeof(Problem),
        ["RunError"] = typeof(JobError),
        ["ShardDescription"] = typeof(Shard),
        ["SongSegment"] = typeof(Segment),
        ["SplitKind"] = typeof(SplitUnit),
        ["SplitSpec"] = typeof(Split),
        ["StartFromRequest"] = typeof(StartFrom),
        ["TrafficRequest"] = typeof(TrafficRule),
        ["TrafficResponse"] = typeof(AliasTraffic),
        ["UploadProgress"] = typeof(Upload),
        ["VersionReport"] = typeof(VersionTraffic),
        ["WebhookSummary"] = typeof(Webhook),
    };

    /// <summary>What a record here has that the schema of the service does not: it has it in another answer, or beside its schema.</summary>
    private static readonly Dictionary<string, string[]> Further = new()
    {
        ["ApiKeySummary"] = ["key"],
        ["WebhookSummary"] = ["secret"],
        ["ProblemDetails"] = ["gate", "aliases", "gates", "etag", "traceId"],
    };

    /// <summary>What the service's schema has and a record here has no use for.</summary>
    private static readonly Dictionary<string, string[]> Unused = new()
    {
        ["ProblemDetails"] = ["type", "instance"],

        // A parameter beside the rule.
        ["TrafficRequest"] = ["why"],
    };

    /// <summary>Schemas that no record is for: any JSON, a value that has its own converter, two parameters of a method, the envelope of an event.</summary>
    private static readonly string[] WithoutRecord = ["JsonElement", "JsonNode", "JsonObject", "LearningRate", "RollbackRequest", "SseItemOfObject"];

    [Fact]
    public async Task Every_property_and_value_of_the_services_schemas_is_in_the_clients_records()
    {
        using var document = JsonDocument.Parse(await services.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken));
        var contract = new SchemaContract(document.RootElement, Renamed, Further, Unused, WithoutRecord);

        contract.Check().ShouldBeEmpty();
        contract.CheckedTypes.Count.ShouldBeGreaterThan(80);
    }

    [Fact]
    public void The_package_needs_nothing_but_dotnet() =>
        typeof(InferenceClient).Assembly.GetReferencedAssemblies().ShouldAllBe(assembly => assembly.Name!.StartsWith("System.", StringComparison.Ordinal));
}
