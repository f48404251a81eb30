using System.Collections.Concurrent;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// How many requests each model version has answered in the last minute, and how fast, by this replica: for people who look. What is kept and compared over time
/// is in the metrics.
/// </summary>
internal sealed class ServingRates(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The latest are enough for percentiles, and the memory is bounded: 64 KB a version.</summary>
    private const int MaxAnswers = 4096;

    private readonly ConcurrentDictionary<(string Model, int Version), Answers> _answers = new();

    /// <param name="duration">From the read request to the answer.</param>
    public void Record(string model, int version, TimeSpan duration) =>
        _answers.GetOrAdd((model, version), _ => new Answers()).Add(time.GetTimestamp(), duration);

    /// <summary>The versions that answered in the last minute, by name and number.</summary>
    public IReadOnlyList<ServingRate> Read() =>
    [
        .. _answers.Select(pair => pair.Value.Read(pair.Key.Model, pair.Key.Version, time)).OfType<ServingRate>()
            .OrderBy(rate => rate.Model, StringComparer.Ordinal).ThenBy(rate => rate.Version),
    ];

    private sealed class Answers
    {
        private readonly Lock _gate = new();
        private readonly Queue<(long At, double Milliseconds)> _latest = new();
        private long _dropped;

        public void Add(long at, TimeSpan duration)
        {
            lock (_gate)
            {
                _latest.Enqueue((at, duration.TotalMilliseconds));
                if (_latest.Count > MaxAnswers)
                {
                    _dropped = _latest.Dequeue().At;
                }
            }
        }

        public ServingRate? Read(string model, int version, TimeProvider time)
        {
            double[] durations;
            TimeSpan span;
            lock (_gate)
            {
                while (_latest.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Window)
                {
                    _latest.Dequeue();
                }

                durations = [.. _latest.Select(answer => answer.Milliseconds)];

                // Of more than are kept, the rate is that of those that are.
                var sinceDropped = _dropped == 0 ? Window : time.GetElapsedTime(_dropped);
                span = sinceDropped < Window ? sinceDropped : Window;
            }

            if (durations.Length == 0)
            {
                return null;
            }

            Array.Sort(durations);
            return new ServingRate(model, version, durations.Length / span.TotalSeconds, At(durations, 0.5), At(durations, 0.99));
        }

        /// <summary>The smallest duration that is not exceeded by this share (nearest rank).</summary>
        private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}

/// <summary>What one model version answered in the last minute.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="RequestsPerSecond">Answered songs and spectrograms a second.</param>
/// <param name="P50Ms">Half were answered within so many milliseconds.</param>
/// <param name="P99Ms">99 of 100 were answered within so many milliseconds.</param>
public sealed record ServingRate(string Model, int Version, double RequestsPerSecond, double P50Ms, double P99Ms);
