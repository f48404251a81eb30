using GenreCloud.Client;
using GenreCloud.Dashboard.Overview;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Tests.Overview;

public sealed class ServiceStateTests
{
    [Fact]
    public async Task What_is_wrong_with_a_service_is_said()
    {
        var health = new ServiceHealth("Degraded", new Dictionary<string, HealthCheck> { ["storage"] = new("Degraded", "It has not answered for 2 s."), ["models"] = new("Healthy", "One.") });

        var state = await ServiceState.ReadAsync(Service.Inference, Task.FromResult(health));

        state.Status.ShouldBe("Degraded");
        state.Problems.ShouldBe(["storage: It has not answered for 2 s."]);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_down()
    {
        var state = await ServiceState.ReadAsync(Service.Training, Task.FromException<ServiceHealth>(new ServiceUnreachableException(Service.Training, "refused")));

        state.Status.ShouldBe("Down");
        state.Problems.ShouldHaveSingleItem().ShouldStartWith("The training service does not answer.");
    }
}
