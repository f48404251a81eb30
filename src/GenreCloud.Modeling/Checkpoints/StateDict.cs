using GenreCloud.Modeling.Checkpoints.Pickles;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>Finds the model's state in what was saved, and lays its tensors out.</summary>
internal static class StateDict
{
    /// <summary>Where training loops keep the model's state, beside the optimizer's and the epoch.</summary>
    private static readonly string[] Wrappers = ["model", "state_dict", "model_state_dict"];

    public static OrderedDictionary<string, CheckpointTensor> Find(SavedObject saved)
    {
        if (saved.Root is not PickleDictionary root)
        {
            throw CheckpointException.NoState("it holds no dictionary");
        }

        var state = Wrappers.Select(wrapper => root[wrapper]).OfType<PickleDictionary>().FirstOrDefault() ?? root;
        if (state.Entries.Count is 0 or > CheckpointLimits.Tensors)
        {
            throw CheckpointException.NoState($"it has {state.Entries.Count} tensors; 1 to {CheckpointLimits.Tensors} are read");
        }

        var tensors = new OrderedDictionary<string, CheckpointTensor>(state.Entries.Count, StringComparer.Ordinal);
        long total = 0;
        foreach (var (key, value) in state.Entries)
        {
            if (key is not string name)
            {
                throw CheckpointException.NoState("one of its names is no text");
            }

            if (value is not PickleTensor tensor)
            {
                throw CheckpointException.NoState($"{CheckpointException.Quote(name)} is no tensor, and no state dict is found under {CheckpointException.List(Wrappers)}");
            }

            if (tensor.Count > CheckpointLimits.TensorBytes || (total += tensor.Count * tensor.Storage.ElementSize) > CheckpointLimits.TensorBytes)
            {
                throw CheckpointException.TooLarge("bytes in its tensors", CheckpointLimits.TensorBytes);
            }

            if (!tensors.TryAdd(name, LayOut(tensor, saved.Storages[tensor.Storage.Key])))
            {
                throw CheckpointException.NoState($"it has {CheckpointException.Quote(name)} twice");
            }
        }

        return tensors;
    }

    private static CheckpointTensor LayOut(PickleTensor tensor, ReadOnlyMemory<byte> storage)
    {
        int size = tensor.Storage.ElementSize;
        var data = IsContiguous(tensor)
            ? storage.Slice((int)tensor.Start * size, (int)tensor.Count * size)
            : Gather(tensor, storage.Span);
        return new CheckpointTensor(tensor.Storage.ElementType, [.. tensor.Shape], data);
    }

    /// <summary>Whether the elements lie one after the other in row-major order; the stride of a dimension of size 1 does not matter.</summary>
    private static bool IsContiguous(PickleTensor tensor)
    {
        long expected = 1;
        for (int dimension = tensor.Shape.Length - 1; tensor.Count > 0 && dimension >= 0; dimension--)
        {
            if (tensor.Shape[dimension] > 1 && tensor.Strides[dimension] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[dimension];
        }

        return true;
    }

    private static byte[] Gather(PickleTensor tensor, ReadOnlySpan<byte> storage)
    {
        int size = tensor.Storage.ElementSize;
        byte[] data = new byte[tensor.Count * size];
        long[] index = new long[tensor.Shape.Length];
        long element = tensor.Start;
        for (int target = 0; target < data.Length; target += size)
        {
            storage.Slice((int)element * size, size).CopyTo(data.AsSpan(target));
            for (int dimension = index.Length - 1; dimension >= 0; dimension--)
            {
                element += tensor.Strides[dimension];
                if (++index[dimension] < tensor.Shape[dimension])
                {
                    break;
                }

                element -= tensor.Strides[dimension] * index[dimension];
                index[dimension] = 0;
            }
        }

        return data;
    }
}
