using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GenreCloud.ServiceDefaults.Tests.Startup;

/// <summary>What becomes of the services that started when another one cannot.</summary>
public sealed class HostStartTests
{
    [Fact]
    public async Task Services_that_started_before_one_that_cannot_are_stopped()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Started>().AddHostedService(services => services.GetRequiredService<Started>());
        builder.Services.AddHostedService<Refusing>();
        using var host = builder.Build();

        var thrown = await Should.ThrowAsync<InvalidOperationException>(() => host.StartOrStopAsync(TestContext.Current.CancellationToken));

        thrown.Message.ShouldBe("It cannot start.");
        host.Services.GetRequiredService<Started>().IsStopped.ShouldBeTrue();
    }

    private sealed class Started : IHostedService
    {
        public bool IsStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }
    }

    private sealed class Refusing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("It cannot start.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
