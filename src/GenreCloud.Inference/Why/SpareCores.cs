using System.Threading.Channels;
using GenreCloud.Inference.Admission;
using GenreCloud.Inference.Classify;
using GenreCloud.Inference.Serving;

namespace GenreCloud.Inference.Why;

/// <summary>
/// Runs a model over many pictures for one request: in the slot that the request has, and in all those that no other request wants meanwhile. A run in such a
/// slot is ended as soon as one wants it, and begins anew elsewhere, so that nobody waits for this longer than for any other request. What is answered does not depend on where it ran.
/// </summary>
internal sealed class SpareCores(ModelSelection models, RunSlots slots)
{
    /// <param name="target">The version that answers.</param>
    /// <param name="served">The request's share in it.</param>
    /// <param name="slot">The request's; lets others run between its runs.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="picture">Makes a picture, uint8 [128,1292], of its number; from several threads.</param>
    /// <param name="row">What is known of the track, for all pictures; null for nothing.</param>
    /// <returns>float32 [classes] for each picture, probabilities.</returns>
    public async Task<float[][]> PredictAsync(
        ModelTarget target, ModelUse served, RunSlot slot, int count, Func<int, byte[]> picture, float[]? row, CancellationToken cancellationToken)
    {
        var work = new Work(count, picture, row);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var spare = Enumerable.Range(1, Math.Min(slots.Count, count) - 1).Select(_ => Task.Run(() => HelpAsync(target, work, ending.Token), CancellationToken.None)).ToArray();
        try
        {
            await foreach (var index in work.ReadAllAsync(cancellationToken))
            {
                work.Answer(index, served, cancellationToken);
                await slot.YieldAsync(cancellationToken);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(spare);
        }

        return work.Answers;
    }

    private async Task HelpAsync(ModelTarget target, Work work, CancellationToken cancellationToken)
    {
        try
        {
            using var served = await models.UseUnobservedAsync(target, cancellationToken);
            while (!await HelpWhileIdleAsync(served, work, cancellationToken))
            {
            }
        }
        catch (Exception exception)
        {
            // The request fails with it where it still waits for answers.
            work.Fail(exception);
        }
    }

    /// <returns>Whether all is answered; else another request wanted the slot.</returns>
    private async Task<bool> HelpWhileIdleAsync(ModelUse served, Work work, CancellationToken cancellationToken)
    {
        using var slot = await slots.EnterIdleAsync(cancellationToken);
        try
        {
            await foreach (var index in work.ReadAllAsync(slot.Wanted))
            {
                work.Answer(index, served, slot.Wanted);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Pictures that are not answered yet, for whoever can run.</summary>
    private sealed class Work
    {
        private readonly Channel<int> _open = Channel.CreateUnbounded<int>();
        private readonly Func<int, byte[]> _picture;
        private readonly float[]? _row;
        private int _missing;

        public Work(int count, Func<int, byte[]> picture, float[]? row)
        {
            (_picture, _row, _missing) = (picture, row, count);
            Answers = new float[count][];
            for (var index = 0; index < count; index++)
            {
                _open.Writer.TryWrite(index);
            }
        }

        public float[][] Answers { get; }

        /// <summary>Numbers of pictures, each for one reader, until all are answered.</summary>
        public IAsyncEnumerable<int> ReadAllAsync(CancellationToken cancellationToken) => _open.Reader.ReadAllAsync(cancellationToken);

        public void Answer(int index, ModelUse served, CancellationToken cancellationToken)
        {
            try
            {
                Answers[index] = served.Predict(_picture(index), _row, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _open.Writer.TryWrite(index);
                throw;
            }

            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _open.Writer.TryComplete();
            }
        }

        public void Fail(Exception exception) => _open.Writer.TryComplete(exception);
    }
}
