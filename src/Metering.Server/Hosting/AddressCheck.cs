using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Metering.Server.Hosting;

/// <summary>
/// Refuses addresses that can't be listened on, before anything is opened: the web server itself would find out last, with a stack trace.
/// </summary>
/// <param name="addresses">Where the server is to listen.</param>
internal sealed class AddressCheck(IEnumerable<string> addresses) : IValidateOptions<ServerOptions>
{
    private static readonly string[] Schemes = ["http", "https"];

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var wrong = addresses.Where(address => !IsUsable(address))
            .Select(address => $"'{address}' is no address to listen on: write it as http://127.0.0.1:8080, with a port from 0 to 65535 and no path.")
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    /// <summary>An address taken apart; null when it is none.</summary>
    internal static BindingAddress? Parse(string address)
    {
        try
        {
            return BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsUsable(string address) => Parse(address) is { } binding
        && Schemes.Contains(binding.Scheme, StringComparer.OrdinalIgnoreCase)
        && binding.Port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort
        && string.IsNullOrEmpty(binding.PathBase);
}
