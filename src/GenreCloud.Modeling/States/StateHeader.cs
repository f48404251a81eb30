using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Modeling.States;

/// <summary>What a state has beside the values of its tensors.</summary>
/// <param name="Settings">What must be the same in the training that continues: network and options, by name.</param>
/// <param name="Progress">How far it has come.</param>
/// <param name="OptimizerSteps">Steps made with each parameter.</param>
/// <param name="Tensors">The tensors in the order of their values.</param>
internal sealed record StateHeader(JsonObject Settings, TrainingProgress Progress, long[] OptimizerSteps, IReadOnlyList<TensorDescription> Tensors);

/// <summary>A tensor of a state.</summary>
/// <param name="Name">Its name, unique within the state.</param>
/// <param name="Type">Name of torch's scalar type.</param>
/// <param name="Shape">Lengths of its dimensions, with commas.</param>
internal sealed record TensorDescription(string Name, string Type, string Shape);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,

    // A rate over no time at all is infinite.
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StateHeader))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(Augmentation))]
internal sealed partial class StateJson : JsonSerializerContext;
