using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>
/// Counts wrong keys by the address that they came from. Once there are too many, no key from there is looked at for a while, the right one included: else the
/// answer to a guess would still tell.
/// </summary>
internal sealed class WrongKeys(IOptions<AccessOptions> options) : IDisposable
{
    /// <summary>Of an address of IPv6, the part that its owner cannot choose.</summary>
    private const int NetworkBytes = 8;

    // Of addresses that are quiet for some seconds it forgets everything, so guesses from many do not fill the memory. A window and no bucket of tokens, which
    // is never empty: it always has a part of the next one.
    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetFixedWindowLimiter(
        NetworkOf(address),
        _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.WrongKeysPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>How long no key from an address is looked at; null when it is.</summary>
    public TimeSpan? Pause(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(address ?? IPAddress.None, permitCount: 0);
        return lease.IsAcquired ? null : RetryAfter.Of(lease);
    }

    public void Count(IPAddress? address) => _limiter.AttemptAcquire(address ?? IPAddress.None).Dispose();

    public void Dispose() => _limiter.Dispose();

    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
