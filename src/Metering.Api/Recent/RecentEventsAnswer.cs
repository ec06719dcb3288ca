namespace Metering.Api;

/// <summary>What came last to the instance that answers, oldest first.</summary>
/// <param name="Instance">
/// The instance that answers. It tells of what came to itself; where there are several, the cursor keeps a place in each.
/// </param>
/// <param name="AsOf">When it was looked at, UTC.</param>
/// <param name="Items">What came after the cursor's place; without a cursor, the last that are known.</param>
/// <param name="NextCursor">For <c>after</c> in the next request: nothing comes twice, and nothing in between is passed over.</param>
/// <param name="Missed">
/// How many came since the cursor and are not shown, because too many came or nobody asked for a minute; null where the cursor has no
/// place in this instance, so that nobody knows.
/// </param>
[Example("""
    {"instance":"5f0c21aa","as_of":"2026-11-26T10:00:05Z","items":[
      {"at":"2026-11-26T10:00:02Z","tenant_id":"tenant_acme","license_id":"lic_abcdefghijklmnopqrstuvwx","metric":"api_calls","quantity":1,
       "event_id":"evt_1","source":"events","outcome":"counted","code":null},
      {"at":"2026-11-26T10:00:03Z","tenant_id":"tenant_acme","license_id":"lic_abcdefghijklmnopqrstuvwx","metric":"api_calls","quantity":5,
       "event_id":null,"source":"consume","outcome":"refused","code":"quota_exceeded"}],
     "next_cursor":"NWYwYzIxYWE6NDI","missed":0}
    """)]
public sealed record RecentEventsAnswer(
    string Instance, DateTimeOffset AsOf, IReadOnlyList<RecentEventView> Items, string NextCursor, long? Missed);
