using System.Net;
using Metering.Api;
using Microsoft.Extensions.Options;

namespace Metering.Server.Hosting;

/// <summary>Refuses a test clock where others than this machine can reach the server: they could move its time.</summary>
/// <param name="addresses">Where the server is to listen.</param>
internal sealed class TestClockCheck(IEnumerable<string> addresses) : IValidateOptions<ServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ServerOptions options) =>
        options is { TestClock: true, TestClockInProduction: false }
            && addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open
            ? ValidateOptionsResult.Fail(
                $"{MeteringOptions.Section}:{nameof(options.TestClock)} is set and the server is to listen on {open}, where others can reach it. Leave the test clock "
                + $"out, listen on a loopback address such as http://127.0.0.1:8080, or set {MeteringOptions.Section}:{nameof(options.TestClockInProduction)} to true "
                + "if it is meant.")
            : ValidateOptionsResult.Success;

    private static bool IsLoopback(string address)
    {
        // What is no address is told by AddressCheck.
        return AddressCheck.Parse(address) is not { } binding || binding.IsUnixPipe || binding.IsNamedPipe
            || string.Equals(binding.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
