using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>How everything of a license stands.</summary>
/// <param name="Features">Its features.</param>
/// <param name="Balances">Its balances.</param>
public sealed record UsageReport(IReadOnlyList<UsageAnswer> Features, IReadOnlyList<BalanceAnswer> Balances)
{
    /// <summary>How a license stands now.</summary>
    internal static UsageReport Of(LicenseState state, DateTimeOffset now, MeterRules rules) =>
        new(LicenseMeter.Usage(state, now, rules), LicenseMeter.Balances(state, now, rules));

    internal Task SendAsync(ApiCall call)
    {
        var reply = JsonReply.Begin();
        var json = reply.Json;
        json.WriteStartObject();
        json.WriteStartArray("features");
        foreach (var feature in Features)
        {
            UsageJson.Write(json, feature);
        }

        json.WriteEndArray();
        json.WriteStartArray("balances");
        foreach (var balance in Balances)
        {
            JsonSerializer.Serialize(json, balance, ApiJson.Default.BalanceAnswer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return reply.SendAsync(call.Http, StatusCodes.Status200OK);
    }
}
