using System.Text.Json;

namespace GenreCloud.Client.Models;

/// <summary>Where a model comes from: enough to make it again.</summary>
/// <param name="Dataset">Null for a model that was not trained here.</param>
/// <param name="Split">How the dataset was used; null when that is not known.</param>
/// <param name="RunId">The training run; null for a model that was not trained here.</param>
/// <param name="Hyperparameters">As the run recorded them: a JSON object.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Commit">The version of GenreCloud's source.</param>
/// <param name="StartedFrom">With whose weights its training began; null for one that began with weights drawn from the seed.</param>
/// <param name="Source">Of a model that was not trained here: what it was made from.</param>
/// <param name="Checkpoint">The file, where that was a PyTorch checkpoint.</param>
public sealed record ModelLineage(
    DatasetReference? Dataset,
    DataSplit? Split,
    string? RunId,
    JsonElement? Hyperparameters,
    long? Seed,
    string? Commit,
    ModelStart? StartedFrom,
    string? Source,
    CheckpointReference? Checkpoint);

/// <summary>A dataset version.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="ManifestSha256">Of its manifest, which has the hashes of everything else.</param>
/// <param name="Licence">Of the data: an SPDX expression or a link; null when the import did not say.</param>
public sealed record DatasetReference(string Name, string Version, string ManifestSha256, string? Licence);

/// <summary>How a dataset version was divided into what a model learnt from and what it was measured with.</summary>
/// <param name="Unit">What lies on one side only.</param>
/// <param name="Seed">Of the draw.</param>
/// <param name="ValidationFraction">The part of each label that was to be held back; null for a fold.</param>
/// <param name="Folds">Into how many parts the samples were divided for cross-validation; null when they were not.</param>
/// <param name="Fold">Which of those was held back, from 1.</param>
/// <param name="TrainingSamples">In the order of the model's labels.</param>
/// <param name="TrainingArtists">Artists of the training samples.</param>
/// <param name="ValidationArtists">Artists of the validation samples.</param>
/// <param name="SharedArtists">Artists of both, whom the model knows already.</param>
public sealed record DataSplit(
    SplitUnit Unit,
    int Seed,
    double? ValidationFraction,
    int? Folds,
    int? Fold,
    IReadOnlyList<int> TrainingSamples,
    int TrainingArtists,
    int ValidationArtists,
    int SharedArtists);

/// <summary>What a split keeps on one side.</summary>
public enum SplitUnit
{
    Artist,
    Track,
}

/// <summary>A registered version with whose weights a training began.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="WeightsSha256">Of its weights.</param>
/// <param name="KeptLabels">Labels that both have.</param>
/// <param name="NewLabels">Labels that the earlier version has never seen.</param>
/// <param name="DroppedLabels">Labels that only the earlier version has.</param>
public sealed record ModelStart(
    string Model, int Version, string WeightsSha256, IReadOnlyList<string> KeptLabels, IReadOnlyList<string> NewLabels, IReadOnlyList<string> DroppedLabels);

/// <summary>The PyTorch file that a model was made of.</summary>
/// <param name="Sha256">Of the file, 64 hexadecimal digits.</param>
/// <param name="FileName">As whoever sent it called it; null when they did not say.</param>
/// <param name="TabularStatistics">The dataset version that the statistics of the tabular columns were measured on; null where none was needed.</param>
public sealed record CheckpointReference(string Sha256, string? FileName, DatasetReference? TabularStatistics);
