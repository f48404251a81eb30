namespace GenreCloud.LocalTools.Azurite;

/// <summary>A storage account that Azurite serves.</summary>
/// <param name="Name">3 to 24 lower-case letters and digits.</param>
/// <param name="Key">The shared key, base64.</param>
public sealed record AzuriteAccount(string Name, string Key)
{
    /// <summary>The account and key that every Azurite and every Azure SDK knows; public, and no secret.</summary>
    public static AzuriteAccount Development { get; } = new(
        "devstoreaccount1",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");
}
