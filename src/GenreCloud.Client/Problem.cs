namespace GenreCloud.Client;

/// <summary>Why there is no answer (RFC 9457 problem details).</summary>
/// <param name="Status">The HTTP status, 400 to 599.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">Where it is wrong, and what to do about it.</param>
public sealed record Problem(int Status, string Title, string? Detail);
