using System.Globalization;

namespace GenreCloud.Dashboard.Components;

/// <summary>Times as people say them.</summary>
internal static class Age
{
    /// <summary>"just now", "5 min ago", "in 2 h", "3 days ago"; what is older than a month by its date (UTC).</summary>
    public static string InWords(DateTimeOffset time, DateTimeOffset now)
    {
        var distance = (now - time).Duration();
        if (distance < TimeSpan.FromSeconds(45))
        {
            return "just now";
        }

        if (distance > TimeSpan.FromDays(31))
        {
            return time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        var text = Length(distance);
        return time > now ? $"in {text}" : $"{text} ago";
    }

    /// <summary>A duration to two digits or so: "12 s", "5 min", "2 h", "3 days".</summary>
    public static string Length(TimeSpan duration)
    {
        var (number, unit) = duration switch
        {
            { TotalSeconds: < 90 } => (duration.TotalSeconds, "s"),
            { TotalMinutes: < 90 } => (duration.TotalMinutes, "min"),
            { TotalHours: < 36 } => (duration.TotalHours, "h"),
            _ => (duration.TotalDays, "days"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(number):0} {unit}");
    }
}
