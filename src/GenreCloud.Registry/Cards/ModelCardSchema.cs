using System.Text.Json;
using System.Text.Json.Nodes;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>Reads the cards of all schema versions: what is registered stays, whatever becomes of this program.</summary>
internal static class ModelCardSchema
{
    /// <param name="json">A model.json; is changed.</param>
    /// <exception cref="JsonException">It is no card.</exception>
    /// <exception cref="UnusableModelException">It was written by a newer version of this program.</exception>
    public static ModelCard Read(JsonObject json)
    {
        // The version decides before anything else is looked at: a newer schema may lack what this one requires.
        if (!(json["schemaVersion"] is JsonValue value && value.TryGetValue<int>(out var version)))
        {
            throw new JsonException("The card has no schema version.");
        }

        if (version > ModelCard.CurrentSchemaVersion)
        {
            throw new UnusableModelException(
                $"The card of model '{json["model"]}' version {json["version"]} has schema version {version}; this program reads up to " +
                $"{ModelCard.CurrentSchemaVersion}. Update it.");
        }

        if (version == 1)
        {
            GatherEvaluation(json);
            json["schemaVersion"] = ModelCard.CurrentSchemaVersion;
        }

        return json.Deserialize<ModelCard>(GenreCloudJson.Options)!;
    }

    /// <summary>Schema 1 had what was measured in two places, and of some figures only those that the matrix now gives.</summary>
    private static void GatherEvaluation(JsonObject json)
    {
        if (json["confusionMatrix"] is { } matrix && json["metrics"] is JsonObject metrics && metrics["validationLoss"] is { } loss && metrics["top5"] is { } top5)
        {
            json["evaluation"] = new JsonObject
            {
                ["loss"] = loss.DeepClone(),
                ["top5"] = top5.DeepClone(),
                ["majorityBaseline"] = metrics["majorityBaseline"]?.DeepClone(),
                ["confusionMatrix"] = matrix.DeepClone(),
            };
        }
    }
}
