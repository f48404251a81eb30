using System.ComponentModel.DataAnnotations;
using GenreCloud.Dashboard;
using GenreCloud.DatasetImport;
using GenreCloud.Inference;
using GenreCloud.Training;
using Microsoft.Extensions.Configuration;

namespace GenreCloud.Infrastructure.Tests;

public sealed class ConfigurationKeyTests(Deployments deployments)
{
    private static readonly string[] OfEveryService =
    [
        "Access__RequireAuthentication",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "ASPNETCORE_FORWARDEDHEADERS_ENABLED",
        "ASPNETCORE_HTTP_PORTS",
        "AZURE_CLIENT_ID",
        "AZURE_TOKEN_CREDENTIALS",
        "ConnectionStrings__blobs",
        "ConnectionStrings__queues",
        "OTEL_SERVICE_NAME",
    ];

    public static TheoryData<string, string, Type> Options => new()
    {
        { "dataset-import", "DatasetImport", typeof(DatasetImportOptions) },
        { "training", "Training", typeof(TrainingServiceOptions) },
        { "inference", "Inference", typeof(InferenceOptions) },
        { "dashboard", "Dashboard", typeof(DashboardOptions) },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void A_container_gets_the_options_of_its_service_and_the_standard_keys_and_no_other(string service, string section, Type options)
    {
        foreach (var container in deployments[$"{service}.plain"].Containers())
        {
            ContainerVariables.Of(container).Keys.ShouldBe(
                [.. OfEveryService, .. options.GetProperties().Where(property => !IsLocal(property)).Select(property => $"{section}__{property.Name}")], ignoreOrder: true);
        }
    }

    /// <summary>There is no Aspire dashboard in Azure to link to.</summary>
    private static bool IsLocal(System.Reflection.PropertyInfo property) => property.Name == nameof(DashboardOptions.TracesUrl);

    [Theory]
    [MemberData(nameof(Options))]
    public void The_options_of_a_container_are_valid_and_have_their_defaults(string service, string section, Type type)
    {
        foreach (var container in deployments[$"{service}.plain"].Containers())
        {
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(ContainerVariables.Of(container).Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":"), (string?)variable.Value)))
                .Build();

            var options = configuration.GetSection(section).Get(type, binder => binder.ErrorOnUnknownConfiguration = true)!;

            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
            var defaults = Activator.CreateInstance(type);
            foreach (var property in type.GetProperties())
            {
                var expected = property.Name switch
                {
                    // The folder for temporary files depends on the machine that these tests run on.
                    nameof(TrainingServiceOptions.CacheDirectory) => "/tmp/genrecloud-shards",

                    // Only Azure can say what the services' host names end with.
                    nameof(DashboardOptions.DatasetImportUrl) => "https://dataset-import.internal.environment.example",
                    nameof(DashboardOptions.TrainingUrl) => "https://training.internal.environment.example",
                    nameof(DashboardOptions.InferenceUrl) => "https://inference.internal.environment.example",
                    _ => property.GetValue(defaults),
                };
                property.GetValue(options).ShouldBe(expected, property.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_container_is_known_by_the_name_of_its_service_and_has_its_identity(string service, string section, Type options)
    {
        _ = (section, options);
        var deployment = deployments[$"{service}.plain"];
        foreach (var container in deployment.Containers())
        {
            var variables = ContainerVariables.Of(container);
            variables["OTEL_SERVICE_NAME"].ShouldBe(service);
            variables["Access__RequireAuthentication"].ShouldBe("true");
            variables["AZURE_CLIENT_ID"].ShouldBe($"client-of-{service}");
            variables["ConnectionStrings__blobs"].ShouldBe("https://account.blob.core.windows.net/");
            variables["ConnectionStrings__queues"].ShouldBe("https://account.queue.core.windows.net/");
            container["image"]!.GetValue<string>().ShouldBe($"registry.azurecr.io/genrecloud/{service}:1");
        }

        deployment.Resources.ShouldAllBe(resource => resource["identity"]!["userAssignedIdentities"]!.AsObject().Single().Key == $"/identities/{service}");
    }
}
