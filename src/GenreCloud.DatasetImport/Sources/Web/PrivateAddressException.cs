namespace GenreCloud.DatasetImport.Sources;

/// <summary>A host has no address that may be connected to.</summary>
internal sealed class PrivateAddressException(string host)
    : Exception($"{host} is an address of this machine or of a private network, which this service does not open (DatasetImport:AllowPrivateAddresses).");
