namespace GenreCloud.ServiceDefaults;

/// <summary>A host has no address that may be connected to.</summary>
/// <param name="setting">What would allow it: "DatasetImport:AllowPrivateAddresses".</param>
public sealed class PrivateAddressException(string host, string setting)
    : Exception($"{host} is an address of this machine or of a private network, which this service does not open ({setting}).");
