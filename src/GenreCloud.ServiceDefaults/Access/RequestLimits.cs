using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>So many requests a minute for each key or account; who was not asked who they are has no limit, and who is refused anyway needs none.</summary>
internal sealed class RequestLimits(IOptions<AccessOptions> access) : IConfigureOptions<RateLimiterOptions>
{
    public void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (context, _) =>
        {
            RetryAfter.Write(context.HttpContext.Response, RetryAfter.Of(context.Lease));
            return ValueTask.CompletedTask;
        };
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => CallerOf(context.User) is { } caller
            ? RateLimitPartition.GetTokenBucketLimiter(
                caller,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = access.Value.RequestsPerMinute,
                    TokensPerPeriod = 1,
                    ReplenishmentPeriod = TimeSpan.FromMinutes(1) / access.Value.RequestsPerMinute,
                    AutoReplenishment = true,
                })
            : RateLimitPartition.GetNoLimiter(""));
    }

    private static string? CallerOf(ClaimsPrincipal user) =>
        user.FindFirstValue(ApiKeyAuthentication.KeyIdClaim) is { } key ? $"key {key}"
        : (user.FindFirstValue("oid") ?? user.FindFirstValue("sub")) is { } account ? $"account {account}"
        : null;
}
