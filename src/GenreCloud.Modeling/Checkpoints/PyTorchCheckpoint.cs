namespace GenreCloud.Modeling.Checkpoints;

/// <summary>
/// The model's state from a file of <c>torch.save</c>, in its zip format (PyTorch 1.6 and later) or the legacy one before it.
/// <para>
/// Understood is a state dict itself (names to tensors, as <c>model.state_dict()</c> gives), or a dictionary that has one under
/// <c>model</c>, <c>state_dict</c> or <c>model_state_dict</c>; the first of these counts. What else the file holds, an optimizer's state
/// above all, is checked and left out.
/// </para>
/// <para>
/// Such a file is a program for Python's pickle machine. Nothing of it is run: the machine here knows tensors and plain data, an
/// allow-list of the names that torch.save writes for them, and a limit for everything that can grow. libtorch is not needed.
/// </para>
/// </summary>
public sealed class PyTorchCheckpoint
{
    /// <summary>The largest file that is read: 256 MiB. The whole of it is held in memory.</summary>
    public const int MaxFileBytes = CheckpointLimits.FileBytes;

    private PyTorchCheckpoint(OrderedDictionary<string, CheckpointTensor> tensors) => Tensors = tensors;

    /// <summary>The state by name (<c>rnn.gru.weight_ih_l0</c>), in the order of the file.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors { get; }

    /// <summary>Reads a checkpoint from a stream's place to its end; at most 256 MiB.</summary>
    /// <exception cref="CheckpointException">It is no checkpoint, is damaged, or asks for more than tensors and plain data.</exception>
    public static async Task<PyTorchCheckpoint> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var file = new MemoryStream();
        byte[] buffer = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (file.Length + read > CheckpointLimits.FileBytes)
            {
                throw CheckpointException.TooLarge("bytes", CheckpointLimits.FileBytes);
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Read(file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="file">The whole file, at most 256 MiB. Tensors refer to it: it must not change afterwards.</param>
    /// <exception cref="CheckpointException">It is no checkpoint, is damaged, or asks for more than tensors and plain data.</exception>
    public static PyTorchCheckpoint Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > CheckpointLimits.FileBytes)
        {
            throw CheckpointException.TooLarge("bytes", CheckpointLimits.FileBytes);
        }

        var saved = ZipFormat.Recognizes(file.Span) ? ZipFormat.Read(file)
            : LegacyFormat.Recognizes(file.Span) ? LegacyFormat.Read(file)
            : throw new CheckpointException("This is no PyTorch checkpoint: it starts neither as a zip file nor as a pickle. Give a file that torch.save wrote.");
        return new PyTorchCheckpoint(StateDict.Find(saved));
    }
}
