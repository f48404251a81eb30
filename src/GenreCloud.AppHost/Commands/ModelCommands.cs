using System.Text.Json;

namespace GenreCloud.AppHost.Commands;

/// <summary>Which version of a model answers.</summary>
internal static class ModelCommands
{
    public const string Promote = "promote-candidate";
    public const string Rollback = "roll-back";
    public const string Model = "model";

    private const string Why = "From the Aspire dashboard";

    public static IResourceBuilder<ProjectResource> WithPromoteCommand(this IResourceBuilder<ProjectResource> inference) =>
        inference.WithApiCommand(
            Promote,
            "Promote the candidate",
            new HttpCommandOptions
            {
                Method = HttpMethod.Put,
                Description = "Makes the newest version, the candidate, the one that answers.",
                ConfirmationMessage = "Promote the candidate? From then on it answers every request that names no other version.",
                IconName = "ArrowCircleUp",
                IsHighlighted = true,
                Arguments = [ModelInput()],
            },
            arguments => ($"{PathOf(arguments)}/aliases/production", new { alias = "candidate", why = Why }),
            Describe);

    public static IResourceBuilder<ProjectResource> WithRollbackCommand(this IResourceBuilder<ProjectResource> inference) =>
        inference.WithApiCommand(
            Rollback,
            "Roll back",
            new HttpCommandOptions
            {
                Description = "Gives production back to the version that had it before.",
                ConfirmationMessage = "Roll production back to the version before?",
                IconName = "ArrowUndo",
                Arguments = [ModelInput()],
            },
            arguments => ($"{PathOf(arguments)}/rollback", new { why = Why }),
            Describe);

    private static InteractionInput ModelInput() => new()
    {
        Name = Model,
        Label = "Model",
        InputType = InputType.Text,
        Value = Sample.Name,
        Required = true,
    };

    private static string PathOf(InteractionInputCollection arguments) => $"/api/models/{Uri.EscapeDataString(arguments.GetString(Model)!)}";

    private static string Describe(JsonElement model) =>
        $"Production of {model.GetProperty("name")} is version {model.GetProperty("aliases").GetProperty("production")}.";
}
