namespace GenreCloud.DatasetImport.Profiles;

/// <summary>An entry of an archive that is to be imported.</summary>
/// <param name="Entry">Its index in the archive's directory.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Id">The id under which its label is found; not yet checked to be a sample's.</param>
public readonly record struct Picture(int Entry, string Name, string Id);
