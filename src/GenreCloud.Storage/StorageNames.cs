namespace GenreCloud.Storage;

/// <summary>The containers and queues that hold all of GenreCloud's state.</summary>
public static class StorageNames
{
    public static class Containers
    {
        /// <summary>Staged sources, <c>{sha256}.zip</c> and <c>{sha256}.csv</c>.</summary>
        public const string Sources = "sources";

        /// <summary><c>{name}/{version}/manifest.json</c>, <c>samples.parquet</c>, <c>shards/00000.tar</c>, <c>quarantine.jsonl</c>.</summary>
        public const string Datasets = "datasets";

        /// <summary><c>{id}/import.json</c> and per-partition results.</summary>
        public const string Imports = "imports";

        /// <summary><c>{id}/run.json</c>, <c>metrics.jsonl</c>, <c>checkpoints/</c>.</summary>
        public const string Runs = "runs";

        /// <summary><c>{id}/evaluation.json</c>.</summary>
        public const string Evaluations = "evaluations";

        /// <summary>The model registry: a valid Triton model repository.</summary>
        public const string Registry = "registry";

        /// <summary><c>{id}/webhook.json</c>, <c>cursor.json</c>, <c>deliveries/</c>.</summary>
        public const string Webhooks = "webhooks";

        /// <summary><c>keys.json</c>: the hashes of the API keys.</summary>
        public const string Access = "access";

        /// <summary><c>{model}/{version}.json</c>: what was counted of inputs and answers.</summary>
        public const string Monitor = "monitor";

        /// <summary><c>protection-keys/{id}.xml</c>: what the dashboard's cookies are encrypted with.</summary>
        public const string Dashboard = "dashboard";

        public static IReadOnlyList<string> All { get; } = [Sources, Datasets, Imports, Runs, Evaluations, Registry, Webhooks, Access, Monitor, Dashboard];
    }

    public static class Queues
    {
        public const string Imports = "imports";

        public const string Training = "training";

        public const string Evaluations = "evaluations";

        public const string Webhooks = "webhooks";

        /// <summary>Every queue has a second one for what cannot be worked on.</summary>
        public static string Poison(string queue) => $"{queue}-poison";

        public static IReadOnlyList<string> All { get; } =
            [Imports, Poison(Imports), Training, Poison(Training), Evaluations, Poison(Evaluations), Webhooks, Poison(Webhooks)];
    }
}
