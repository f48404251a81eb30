using Azure;
using Azure.Storage.Queues;
using GenreCloud.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

public static class WorkQueueHostingExtensions
{
    /// <summary>Adds the queue of one kind of job, whose poisoned messages end their job as failed.</summary>
    /// <param name="builder">Has the storage.</param>
    /// <param name="name">The queue.</param>
    /// <param name="fail">Ends the job that a message is about as failed, with a reason.</param>
    public static IHostApplicationBuilder AddWorkQueue<TMessage>(
        this IHostApplicationBuilder builder, string name, Func<IServiceProvider, TMessage, string, CancellationToken, Task> fail)
        where TMessage : class
    {
        builder.Services.Configure<StorageNeeds>(needs => needs.Queues.UnionWith([name, StorageNames.Queues.Poison(name)]));
        builder.Services.TryAddSingleton(services => new WorkQueue<TMessage>(
            services.GetRequiredService<QueueServiceClient>(),
            name,
            services.GetRequiredService<TimeProvider>(),
            async (poisoned, cancellationToken) =>
            {
                try
                {
                    await (poisoned.Work is { } message ? fail(services, message, poisoned.Reason, cancellationToken) : Task.CompletedTask);
                }
                catch (Exception exception) when (exception is JobNotFoundException or InvalidDocumentException or RequestFailedException { Status: 400 })
                {
                    // There is no such job, its document is damaged, or its id is none: no later try would tell it better, and the
                    // poison queue keeps the message.
                }
            }));
        return builder;
    }
}
