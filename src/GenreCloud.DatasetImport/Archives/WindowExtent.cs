namespace GenreCloud.DatasetImport.Archives;

/// <summary>Neighbouring entries and the one range of the zip that has them.</summary>
/// <param name="First">Index of the first entry.</param>
/// <param name="Count">Number of entries, with those that are not in the range because they cannot be read.</param>
/// <param name="Offset">Where the range begins.</param>
/// <param name="Length">Its bytes; 0 if none of the entries can be read.</param>
internal readonly record struct WindowExtent(int First, int Count, long Offset, int Length)
{
    /// <summary>Divides entries into windows, each as long as its size allows.</summary>
    /// <param name="entries">In the order of their place.</param>
    /// <param name="isReadable">Whether an entry belongs into the range.</param>
    /// <param name="maxBytes">The most bytes of a window of several entries.</param>
    /// <param name="maxGapBytes">The most bytes to read in vain between two entries.</param>
    public static IEnumerable<WindowExtent> Plan(ZipEntry[] entries, Func<ZipEntry, bool> isReadable, int maxBytes, long maxGapBytes)
    {
        var (first, start, end) = (0, 0L, 0L);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (!isReadable(entry))
            {
                continue;
            }

            if (entry.HeaderOffset < end)
            {
                throw new ArgumentException("The entries are not in the order of their place in the zip.", nameof(entries));
            }

            if (end > start && (entry.MaxEnd - start > maxBytes || entry.HeaderOffset - end > maxGapBytes))
            {
                yield return new WindowExtent(first, i - first, start, (int)(end - start));
                (first, start) = (i, end);
            }

            start = end > start ? start : entry.HeaderOffset;
            end = entry.MaxEnd;
        }

        if (first < entries.Length)
        {
            yield return new WindowExtent(first, entries.Length - first, start, (int)(end - start));
        }
    }
}
