namespace GenreCloud.Registry;

/// <summary>An alias cannot be rolled back: it has stood for one version only, or the one before was deleted.</summary>
public sealed class NoEarlierVersionException : Exception
{
    public NoEarlierVersionException(string model, string alias, int version)
        : base($"Alias '{alias}' of model '{model}' has never stood for another version than {version}.")
    {
    }

    public NoEarlierVersionException(string model, string alias, int version, int deleted)
        : base($"Alias '{alias}' of model '{model}' stood for version {deleted} before version {version}, and that was deleted. Move it to a version that is there.")
    {
    }
}
