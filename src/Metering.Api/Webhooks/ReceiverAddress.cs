using System.Net;
using System.Net.Sockets;

namespace Metering.Api;

/// <summary>Which addresses a webhook may be sent to.</summary>
public static class ReceiverAddress
{
    // Everything in IPv4 that the IANA special-purpose registry does not call globally reachable, and Azure's own address, which a machine
    // there reaches although it lies in the public space: it answers with the machine's configuration.
    private static readonly IPNetwork[] ClosedV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    // In IPv6 only this is given out for the internet. So whatever has a meaning of its own elsewhere is closed without being named:
    // loopback, IPv4-compatible (::/96) and translated addresses, unique local, link-local, site-local, multicast, and what will be
    // invented.
    private static readonly IPNetwork OpenV6 = IPNetwork.Parse("2000::/3");

    // And in there: protocol assignments with Teredo and ORCHID, documentation, and 6to4. Teredo and 6to4 lead to an IPv4 address that they
    // contain; nobody receives webhooks over them.
    private static readonly IPNetwork[] ClosedV6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address belongs to the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        // By the address that it stands for: as an address of IPv6 each of them would be closed, a public one too.
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Array.Exists(ClosedV4, network => network.Contains(address));
        }

        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
        {
            // A translated address reaches the IPv4 address in its last four bytes.
            return IsPublic(new IPAddress(bytes[^4..]));
        }

        return OpenV6.Contains(address) && !Array.Exists(ClosedV6, network => network.Contains(address)) && !IsTunnel(bytes);
    }

    // ISATAP: in any network, an interface id of 0000:5efe or 0200:5efe leads to the IPv4 address after it.
    private static bool IsTunnel(byte[] bytes) => bytes[8] is 0 or 2 && bytes.AsSpan(9, 3).SequenceEqual<byte>([0x00, 0x5e, 0xfe]);

    /// <summary>Why a URL may not be a receiver, as far as it shows by itself; null when it may.</summary>
    public static string? WhyNot(string text, bool allowPrivate)
    {
        if (text.Length > 2000 || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return "must be an http or https URL of at most 2000 characters";
        }

        // A password would be seen wherever the URL is, in lists and in signals; a fragment is never sent.
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

        // A name may end with a dot: it is the same name.
        var host = url.DnsSafeHost.TrimEnd('.');
        var closed = IPAddress.TryParse(host, out var address)
            ? !IsPublic(address)
            // Only what shows without a look-up. Any other name is checked by its addresses when it is connected to.
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return closed ? "must be an address on the public internet" : null;
    }

    /// <summary>
    /// Connects to a receiver, whose name is looked up here and whose addresses are checked here: what was checked is what is connected
    /// to, so that a name cannot point elsewhere in between.
    /// </summary>
    /// <exception cref="HttpRequestException">The name has no address that may be reached.</exception>
    internal static async ValueTask<Stream> ConnectAsync(DnsEndPoint receiver, bool allowPrivate, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(receiver.Host, cancellationToken).ConfigureAwait(false);
        // Of a name with both kinds only the public addresses are tried.
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
