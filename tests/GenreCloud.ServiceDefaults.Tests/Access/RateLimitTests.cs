using System.Collections.Concurrent;
using System.Net;
using GenreCloud.Testing;

namespace GenreCloud.ServiceDefaults.Tests.Access;

[Trait("Category", "Security")]
public sealed class RateLimitTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Ten_thousand_guessed_keys_are_mostly_not_looked_at()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount());
        var key = await service.CreateKeyAsync();
        (await service.StatusAsync("/manage", key)).ShouldBe(200);
        var statuses = new ConcurrentBag<int>();

        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (guess, _) =>
        {
            using var response = await service.GetAsync("/manage", $"gck_{key.Split('_')[1]}_{guess:x64}");
            statuses.Add((int)response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                response.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
            }
        });

        // 20 a minute, and those that were on their way: however slow the machine is, it takes many minutes for so many.
        statuses.Count(status => status == 401).ShouldBeInRange(20, 1000);
        statuses.ShouldAllBe(status => status == 401 || status == 429);
    }

    [Fact]
    public async Task Too_many_wrong_keys_close_the_door_for_the_right_one_from_there()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount(), time: null, ("Access:WrongKeysPerMinute", "1"));
        var key = await service.CreateKeyAsync();
        (await service.StatusAsync("/manage", key)).ShouldBe(200);

        (await service.StatusAsync("/manage", "gck_wrong")).ShouldBe(401);

        using var refused = await service.GetAsync("/manage", key);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await GuardedService.JsonAsync(refused)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("Retry-After");
        (await service.StatusAsync("/alive", key: null)).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_that_asks_too_much_waits_and_another_one_does_not()
    {
        await using var service = await GuardedService.StartAsync(azurite.NewAccount(), time: null, ("Access:RequestsPerMinute", "3"));
        var (greedy, other) = (await service.CreateKeyAsync(), await service.CreateKeyAsync());

        HttpResponseMessage refused;
        for (var request = 1; (refused = await service.GetAsync("/manage", greedy)).StatusCode == HttpStatusCode.OK; request++)
        {
            refused.Dispose();
            request.ShouldBeLessThan(100);
        }

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        refused.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await service.StatusAsync("/manage", other)).ShouldBe(200);
        refused.Dispose();
    }
}
