namespace GenreCloud.Registry;

/// <summary>An alias cannot be rolled back: it has stood for one version only.</summary>
public sealed class NoEarlierVersionException(string model, string alias, int version)
    : Exception($"Alias '{alias}' of model '{model}' has never stood for another version than {version}.");
