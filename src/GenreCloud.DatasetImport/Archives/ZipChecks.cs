namespace GenreCloud.DatasetImport.Archives;

/// <summary>What an entry's content must be, and what it is called when it is not.</summary>
internal static class ZipChecks
{
    /// <exception cref="ZipEntryException">The content has another checksum.</exception>
    public static void RequireCrc32(ZipEntry entry, uint crc32)
    {
        if (crc32 != entry.Crc32)
        {
            throw new ZipEntryException(ZipEntryFault.BadCrc, $"Its checksum (CRC-32) is {crc32:X8}, and the zip's directory says {entry.Crc32:X8}.");
        }
    }

    public static ZipEntryException TooShort(long bytes, long expected) =>
        new(ZipEntryFault.WrongSize, $"It inflates to {bytes:N0} bytes, and the zip's directory says {expected:N0}.");

    public static ZipEntryException TooLong(long expected) =>
        new(ZipEntryFault.WrongSize, $"It inflates to more than the {expected:N0} bytes that the zip's directory says.");

    public static ZipEntryException Corrupt(Exception? cause) =>
        new(ZipEntryFault.Corrupt, "Its compressed data is damaged.", cause);
}
