namespace GenreCloud.Datasets;

/// <summary>reservation.json: a version number that belongs to one import, whether that succeeds or not.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Version">The number.</param>
/// <param name="Owner">The id of the import.</param>
/// <param name="Reserved">When.</param>
public sealed record DatasetReservation(string Name, int Version, string Owner, DateTimeOffset Reserved);
