using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// Limits how often one address may show credentials that are not valid. It keeps nobody from guessing, since what is random in 256 bits
/// can't be guessed; it keeps look-ups and the log from being flooded.
/// </summary>
/// <remarks>
/// Memory is constant: addresses share a fixed number of places, and two that happen to have the same one share its limit. In IPv6 a /64 is
/// one address, since whoever has one of it has all of it. A place is a time (GCRA): that until which its failures take up the minute.
/// </remarks>
internal sealed class FailedLogins(IOptions<ApiOptions> options, TimeProvider time, ILogger<FailedLogins> logger)
{
    /// <summary>Most lines of the log a minute, whatever the number of addresses.</summary>
    public const int MaxLines = 30;

    private const int Places = 4_096;
    private const int Ipv6Prefix = 8;

    private readonly long[] _taken = new long[Places];
    private readonly long _minute = time.TimestampFrequency * 60;
    private readonly int _max = options.Value.MaxFailedLogins;
    private long _logged;
    private bool _toldOfProxy;

    /// <summary>Refuses an address that has failed too often, before anything is looked up for it.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public void ThrowIfLimited(HttpContext http)
    {
        var over = Volatile.Read(ref _taken[Place(http)]) + Step(_max) - _minute - time.GetTimestamp();
        if (over > 0)
        {
            TellOfProxy(http);
            throw new ProblemException(new Problem(
                ProblemCode.TooManyFailedLogins,
                "Too many credentials from this address were not valid. Until the time in Retry-After is over, only those that are known "
                + "to be valid are accepted.")
            {
                RetryAfterSeconds = (over + time.TimestampFrequency - 1) / time.TimestampFrequency,
            });
        }
    }

    /// <summary>Counts a credential that is not valid, and logs the address's first and the one with which it reaches the limit.</summary>
    /// <param name="http">The request.</param>
    /// <param name="what">What it was, for people; nothing of the credential itself.</param>
    public void Add(HttpContext http, string what)
    {
        var now = time.GetTimestamp();
        var (before, after) = Take(ref _taken[Place(http)], now, _max);
        if (before <= now)
        {
            Log(now, () => logger.LoginFailed(Name(http), what));
        }
        else if (before + Step(_max) <= now + _minute && after + Step(_max) > now + _minute)
        {
            Log(now, () => logger.LoginsLimited(Name(http), _max));
        }
    }

    // Once: the operator has to name the proxy, or everybody behind it shares the limit. A host that took the caller's address out of the
    // header has put the proxy's into the other one, as the framework does.
    private void TellOfProxy(HttpContext http)
    {
        if (http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
            && !http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName)
            && Interlocked.Exchange(ref _toldOfProxy, true) == false)
        {
            logger.ProxyLimited(Name(http));
        }
    }

    private void Log(long now, Action write)
    {
        if (Volatile.Read(ref _logged) + Step(MaxLines) <= now + _minute)
        {
            Take(ref _logged, now, MaxLines);
            write();
        }
    }

    private (long Before, long After) Take(ref long place, long now, int perMinute)
    {
        while (true)
        {
            var before = Volatile.Read(ref place);
            var after = Math.Max(before, now) + Step(perMinute);
            if (Interlocked.CompareExchange(ref place, after, before) == before)
            {
                return (before, after);
            }
        }
    }

    private long Step(int perMinute) => _minute / perMinute;

    private static string Name(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "a local caller";

    private static int Place(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
        {
            return 0;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);

        // Seeded anew by each process, so that nobody can choose addresses that fill the place of another's.
        var hash = new HashCode();
        hash.AddBytes(bytes[..(address.AddressFamily == AddressFamily.InterNetworkV6 ? Ipv6Prefix : length)]);
        return (hash.ToHashCode() & int.MaxValue) % Places;
    }
}
