using System.Text;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>What requests of events are made of, and what was counted of them.</summary>
internal static class EventRequests
{
    /// <summary>The header of who may send events.</summary>
    public const string Producer = "Bearer " + MemoryHost.ProducerToken;

    /// <summary>An event of two units.</summary>
    public const string Event = """{"tenant_id":"tenant_acme","metric":"api_calls","quantity":2,"user_id":"user_1","event_id":"evt_1","occurred_at":"2026-11-21T09:00:00Z"}""";

    /// <summary>How much of <c>api_calls</c> a license has used.</summary>
    public static async Task<decimal> UsedAsync(MemoryHost host, string key) =>
        (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used");

    /// <summary>A body with any media type, be it one that .NET does not take.</summary>
    public static ByteArrayContent Content(string text, string mediaType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }
}
