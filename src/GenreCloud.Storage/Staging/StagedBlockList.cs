namespace GenreCloud.Storage;

/// <summary>The blocks of a file that is being staged.</summary>
/// <param name="IsCommitted">Whether they have become one content.</param>
/// <param name="Blocks">By offset.</param>
public sealed record StagedBlockList(bool IsCommitted, IReadOnlyList<StagedBlock> Blocks)
{
    /// <summary>How many bytes are there from the beginning on, without a gap.</summary>
    public long Contiguous
    {
        get
        {
            var end = 0L;
            foreach (var block in Blocks)
            {
                if (block.Offset != end)
                {
                    break;
                }

                end += block.Bytes;
            }

            return end;
        }
    }
}

/// <summary>A part of a file that is being staged.</summary>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Bytes">Its length.</param>
public readonly record struct StagedBlock(long Offset, long Bytes);
