using System.Net;
using System.Net.Sockets;

namespace Metering.Api;

/// <summary>Which addresses a webhook may be sent to.</summary>
public static class ReceiverAddress
{
    // Everything that the IANA special-purpose address registries do not call globally reachable.
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address belongs to the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address))
        {
            // A translated address reaches the IPv4 address in its last four bytes.
            return IsPublic(new IPAddress(address.GetAddressBytes()[^4..]));
        }

        return !Array.Exists(Closed, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <summary>Why a URL may not be a receiver, as far as it shows by itself; null when it may.</summary>
    public static string? Problem(string text, bool allowPrivate)
    {
        if (text.Length > 2000 || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return "must be an http or https URL of at most 2000 characters";
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return "must have no user and no fragment";
        }

        if (allowPrivate)
        {
            return null;
        }

        if (url.Scheme != "https")
        {
            return "must be an https URL";
        }

        var closed = IPAddress.TryParse(url.DnsSafeHost, out var address)
            ? !IsPublic(address)
            : url.DnsSafeHost.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || url.DnsSafeHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return closed ? "must not be a private, loopback or link-local address" : null;
    }

    /// <summary>
    /// Connects to a receiver, whose name is looked up here and whose addresses are checked here: what was checked is what is connected
    /// to, so that a name cannot point elsewhere in between.
    /// </summary>
    /// <exception cref="HttpRequestException">The name has no address that may be reached.</exception>
    internal static async ValueTask<Stream> ConnectAsync(DnsEndPoint receiver, bool allowPrivate, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(receiver.Host, cancellationToken).ConfigureAwait(false);
        var open = allowPrivate ? found : Array.FindAll(found, IsPublic);
        if (open.Length == 0)
        {
            throw new HttpRequestException($"{receiver.Host} has no public address.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, receiver.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
