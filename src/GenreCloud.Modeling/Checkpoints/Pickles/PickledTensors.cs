namespace GenreCloud.Modeling.Checkpoints.Pickles;

/// <summary>How tensors are written in a pickle.</summary>
internal static class PickledTensors
{
    /// <summary><c>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])</c>.</summary>
    /// <exception cref="CheckpointException">The view does not lie within its storage.</exception>
    public static PickleTensor Rebuild(object?[] arguments, long offset)
    {
        if (arguments is not [PickleStorage storage, long start, PickleTuple size, PickleTuple stride, bool, PickleDictionary, ..] || arguments.Length > 7)
        {
            throw PickleGlobals.WrongArguments("_rebuild_tensor_v2", offset);
        }

        if (size.Items.Length > CheckpointLimits.Dimensions || size.Items.Length != stride.Items.Length)
        {
            throw CheckpointException.Damaged(
                $"a tensor has {size.Items.Length} sizes and {stride.Items.Length} strides; as many of both are read, {CheckpointLimits.Dimensions} at most", offset);
        }

        long[] shape = Lengths(size, offset);
        long[] strides = Lengths(stride, offset);
        return start >= 0 && CountWithin(storage.Count, start, shape, strides) is { } count
            ? new PickleTensor(storage, start, shape, strides, count)
            : throw CheckpointException.Damaged(
                $"a tensor of size [{string.Join(',', shape)}], strides [{string.Join(',', strides)}] and offset {start} does not lie within its storage of {storage.Count} elements", offset);
    }

    /// <summary><c>_rebuild_parameter(data, requires_grad, backward_hooks)</c>: a parameter is its tensor.</summary>
    public static PickleTensor RebuildParameter(object?[] arguments, long offset) =>
        arguments is [PickleTensor tensor, bool, PickleDictionary] ? tensor : throw PickleGlobals.WrongArguments("_rebuild_parameter", offset);

    private static long[] Lengths(PickleTuple tuple, long offset) => Array.ConvertAll(
        tuple.Items,
        item => item is long and >= 0 ? (long)item : throw CheckpointException.Damaged("a tensor's size or stride is not a number from 0", offset));

    /// <summary>Number of the view's elements; null when one of them is not in the storage, or they are too many to count.</summary>
    private static long? CountWithin(long stored, long start, long[] shape, long[] strides)
    {
        if (shape.Contains(0))
        {
            return start <= stored ? 0 : null;
        }

        Int128 count = 1;
        Int128 last = start;
        for (int dimension = 0; dimension < shape.Length; dimension++)
        {
            // Both stay below 2^127: a factor is below 2^63, and what is beyond a long ends the loop.
            count *= shape[dimension];
            last += (Int128)(shape[dimension] - 1) * strides[dimension];
            if (count > long.MaxValue || last >= stored)
            {
                return null;
            }
        }

        return last < stored ? (long)count : null;
    }
}
