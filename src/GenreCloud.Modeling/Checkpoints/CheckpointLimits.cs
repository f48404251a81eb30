namespace GenreCloud.Modeling.Checkpoints;

/// <summary>
/// What a checkpoint may ask for. A network of this project with its optimizer's state takes 3 MB, 4,000 opcodes and 51 tensors; these
/// limits are a hundred times that, and keep what a hostile file can cost to seconds, and to a few times the largest file in memory.
/// </summary>
internal static class CheckpointLimits
{
    /// <summary>The whole file is held in memory, and every place in it fits an int.</summary>
    public const int FileBytes = 256 << 20;

    /// <summary>Every opcode costs the machine at most one small object: this bounds its time and memory both.</summary>
    public const int Opcodes = 1_000_000;

    /// <summary>Python numbers what it remembers from 0, so an array up to the largest number is enough.</summary>
    public const int MemoEntries = 500_000;

    /// <summary>Python writes a list or a dictionary in batches of 1,000 items, and few of them are open at a time.</summary>
    public const int StackDepth = 100_000;

    /// <summary>Containers that are open at a time: Python itself gives up writing at about this depth.</summary>
    public const int Nesting = 1_000;

    /// <summary>UTF-8 bytes of a string or bytes of a byte string: names of tensors are a hundredth of this.</summary>
    public const int StringBytes = 64 << 10;

    /// <summary>Bytes of an integer in two's complement: the largest a checkpoint needs is its magic number, 10 bytes.</summary>
    public const int IntegerBytes = 64;

    /// <summary>Characters of a module's or a type's name.</summary>
    public const int GlobalNameBytes = 256;

    /// <summary>Tensors of the model's state.</summary>
    public const int Tensors = 10_000;

    /// <summary>Dimensions of a tensor; spectrograms' convolutions have 4.</summary>
    public const int Dimensions = 8;

    /// <summary>
    /// Bytes of the model's tensors together, each laid out on its own: a view repeats elements for nothing (stride 0), and many
    /// tensors may show the same storage, so the file's size bounds nothing.
    /// </summary>
    public const long TensorBytes = 256L << 20;

    /// <summary>Entries of a zip file: one a storage, and an optimizer has two storages a tensor of the model.</summary>
    public const int ZipEntries = 65_000;

    /// <summary>Classes of a model; the largest genre lists have a few thousand names.</summary>
    public const int Classes = 10_000;
}
