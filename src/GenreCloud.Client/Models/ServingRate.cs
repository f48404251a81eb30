namespace GenreCloud.Client.Models;

/// <summary>What one model version answered in the last minute.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="RequestsPerSecond">Answered songs and spectrograms a second.</param>
/// <param name="P50Ms">Half were answered within so many milliseconds.</param>
/// <param name="P99Ms">99 of 100 were answered within so many milliseconds.</param>
public sealed record ServingRate(string Model, int Version, double RequestsPerSecond, double P50Ms, double P99Ms);
