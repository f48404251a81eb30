using GenreCloud.Storage;

namespace GenreCloud.Inference.Monitoring;

internal static class MonitorHosting
{
    /// <summary>Adds what counts inputs and answers.</summary>
    public static void AddMonitor(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Monitor);
        builder.AddStorageWorker<AnswerMonitor>();
    }
}
