using Metering;

namespace Source.Tests;

/// <summary>
/// The domain decides by its arguments alone (rule 2): no clock, no chance, no disk, no network, no waiting. Its compiled code is read,
/// because source can look pure and not be.
/// </summary>
[Rule(2)]
public sealed class PurityTests
{
    // A namespace that is not here would be a new need of the domain: think before you add one. System.IO, System.Net, System.Threading and
    // System.Diagnostics can't be one.
    private static readonly string[] Allowed =
    [
        "System", "System.Buffers", "System.Buffers.Binary", "System.Buffers.Text", "System.Collections", "System.Collections.Frozen",
        "System.Collections.Generic", "System.Collections.Immutable", "System.Globalization", "System.Linq", "System.Numerics",
        "System.Runtime.CompilerServices", "System.Runtime.InteropServices", "System.Security.Cryptography", "System.Text",
        "System.Text.Json", "System.Text.Json.Serialization", "System.Text.Json.Serialization.Metadata", "NodaTime", "NodaTime.TimeZones",
    ];

    // In these namespaces: the machine's time, chance, and the process around.
    private static readonly string[] Forbidden =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.TimeProvider", "System.TimeZoneInfo.get_Local",
        "NodaTime.SystemClock", "NodaTime.IClock", "System.Random", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Security.Cryptography.ECDsa", "System.Console",
        "System.Environment", "System.AppContext", "System.AppDomain", "System.GC",
    ];

    private static readonly (string By, string Member)[] Exceptions =
    [
        // What hosts sign with: made by them, and never looked at by a decision.
        (nameof(LeaseKey), "System.Security.Cryptography.ECDsa"),

        // What the compiler makes of every iterator, to hand out one that nobody else reads.
        ("", "System.Environment.get_CurrentManagedThreadId"),

        // A port's list of one: it waits for the host, and decides nothing.
        (nameof(ILicenseMeters), "System.Threading.Tasks.ValueTask`1.ConfigureAwait"),

        // A command of an unknown type is named in the exception that says so.
        (nameof(LicenseMeter), "System.Reflection.MemberInfo.get_Name"),
    ];

    [Fact]
    public void The_domain_uses_nothing_but_its_arguments()
    {
        using var calls = new MethodCalls(typeof(LicenseMeter).Assembly.Location);
        var all = calls.All().Distinct().ToList();
        Assert.Contains(all, call => call is { By: "Change", Member: "System.DateTimeOffset.op_GreaterThan" });
        Checkout.AssertNone(
            all.Where(call => !Allowed.Contains(call.Namespace) || Forbidden.Any(name => Is(call.Member, name)))
                .Where(call => !Exceptions.Any(may => (may.By.Length == 0 || may.By == call.By) && Is(call.Member, may.Member)))
                .Select(call => $"{call.By} uses {call.Member}")
                .Order(StringComparer.Ordinal));
    }

    // The whole type, or the member.
    private static bool Is(string member, string name) =>
        member.StartsWith(name, StringComparison.Ordinal) && (member.Length == name.Length || member[name.Length] == '.');
}
