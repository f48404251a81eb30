using System.ComponentModel.DataAnnotations;

namespace GenreCloud.Audio.Windowing;

/// <summary>How a long song is cut.</summary>
public sealed class SongWindowsOptions
{
    /// <summary>From the beginning of one window to that of the next. Half a window by default: every moment lies in two windows, once near the middle.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:29.99")]
    public TimeSpan Hop { get; set; } = TimeSpan.FromSeconds(15);
}
