using System.Text.Json;
using Metering.Cli.Tests.Support;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Licenses;

/// <summary>Licenses, what they are given, and corrections.</summary>
[Collection(MeterCollection.Name)]
public sealed class LicenseCommandTests(Meter meter) : IDisposable
{
    private readonly Tool _tool = new(meter);

    [Fact]
    public async Task A_license_goes_its_way()
    {
        var made = (await _tool.RunAsync(
            "license", "create", "--tenant", "way", "--expires", "2100-01-01", "--metadata", """{"crm":7}""", "--json")).Succeeded();
        var id = made.Json.GetProperty("id").GetString()!;
        var listed = (await _tool.RunAsync("license", "list", "-t", "way")).Succeeded();
        var shown = (await _tool.RunAsync("license", "show", id)).Succeeded();
        await JsonAsync("license", "assign", id, "pro");
        await JsonAsync("license", "assign", id, "calls", "--limit", "50", "--reset", "day");
        var features = (await JsonAsync("license", "show", id)).GetProperty("features").EnumerateArray().ToList();
        await JsonAsync("license", "unassign", id, "pro");
        var changed = await JsonAsync("license", "change", id, "--never-expires");
        var suspended = await JsonAsync("license", "suspend", id);
        var resumed = await JsonAsync("license", "resume", id);
        (await _tool.RunAsync("license", "rotate-key", id)).Failed(2, "stops at once", "--yes");
        var rotated = await JsonAsync("license", "rotate-key", id, "--yes");
        var deleted = (await _tool.RunAsync("license", "delete", id, "-y")).Succeeded();

        Assert.StartsWith("lk_", made.Json.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal("LICENSE                       TENANT  STATUS  PLANS     EXPIRES\n"
            + $"{id}  way     active  small v1  2100-01-01\n", listed.Output);
        Assert.Contains("metadata  {\"crm\":7}\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("calls    counter     10  month  plan small\n", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("lk_", shown.Output, StringComparison.Ordinal);
        Assert.Equal(
            (50, "assignment"),
            (features[0].GetProperty("max_consumptions").GetInt32(), features[0].GetProperty("source").GetString()));
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("expires_at").ValueKind);
        Assert.Equal(("suspended", "active"), (suspended.GetProperty("status").GetString(), resumed.GetProperty("status").GetString()));
        Assert.StartsWith("lk_", rotated.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal($"Deleted {id}.\n", deleted.Output);
    }

    [Fact]
    public async Task A_key_is_shown_once_and_apart_from_what_is_said_about_it()
    {
        var made = (await _tool.RunAsync("license", "create", "--tenant", "once", "--idempotency-key", "the-first")).Succeeded();
        var again = (await _tool.RunAsync("license", "create", "--tenant", "once", "--idempotency-key", "the-first", "--json")).Succeeded();

        Assert.Contains("key      lk_", made.Output, StringComparison.Ordinal);
        Assert.Contains("shown only once", made.Error, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, again.Json.GetProperty("key").ValueKind);
        (await _tool.RunAsync("license", "create", "--tenant", "other", "--idempotency-key", "the-first")).Failed(2, "Idempotency-Key");
        (await _tool.RunAsync("license", "create", "--tenant", "x", "--metadata", "{crm")).Failed(2, "--metadata must be");
        (await _tool.RunAsync("license", "create", "--tenant", "x", "--plan", "none")).Failed(2, "/plans/0");
    }

    [Fact]
    public async Task Allowance_credit_and_counts_are_corrected()
    {
        var license = await meter.LicenseAsync("corrected");
        var granted = (await _tool.RunAsync("grant", "add", license.Id, "calls", "25", "--reason", "sorry")).Succeeded();
        var grants = (await _tool.RunAsync("grant", "list", license.Id, "--json")).Succeeded().Lines;
        var grant = Assert.Single(grants).GetProperty("id").GetString()!;
        var table = (await _tool.RunAsync("grant", "list", license.Id)).Succeeded();
        await JsonAsync("grant", "void", license.Id, grant, "--reason", "a mistake");
        await JsonAsync("balance", "open", license.Id, "USD", "5");
        var paid = (await _tool.RunAsync("balance", "top-up", license.Id, "USD", "2.5")).Succeeded();
        await JsonAsync("balance", "withdraw", license.Id, "USD", "1");
        var changed = await JsonAsync("balance", "change", license.Id, "USD", "--low-at", "2", "--allow-overage", "true");
        (await _tool.RunAsync("balance", "change", license.Id, "USD")).Failed(2, "allow_overage");
        var balances = (await _tool.RunAsync("balance", "list", license.Id)).Succeeded();
        (await _tool.RunAsync("balance", "withdraw", license.Id, "USD", "1000")).Failed(1);
        (await _tool.RunAsync("reset", license.Id)).Failed(2, "--yes");
        var reset = (await _tool.RunAsync("reset", license.Id, "--feature", "calls", "--yes")).Succeeded();

        Assert.StartsWith($"Granted 25 calls to {license.Id} (", granted.Output, StringComparison.Ordinal);
        Assert.Contains("calls         25     0    25  active  -\n", table.Output, StringComparison.Ordinal);
        Assert.Equal($"{license.Id} has 7.5 USD to spend.\n", paid.Output);
        Assert.Equal((2, true), (changed.GetProperty("low_at").GetInt32(), changed.GetProperty("allow_overage").GetBoolean()));
        Assert.Contains("USD         6.5     0", balances.Output, StringComparison.Ordinal);
        Assert.Equal($"Reset calls of {license.Id}.\n", reset.Output);
    }

    public void Dispose() => _tool.Dispose();

    private async Task<JsonElement> JsonAsync(params string[] args) => (await _tool.RunAsync([.. args, "--json"])).Succeeded().Json;
}
