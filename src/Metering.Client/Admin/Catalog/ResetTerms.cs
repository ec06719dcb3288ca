using System.Text.Json.Serialization;

namespace Metering.Client.Admin;

/// <summary>When a count starts anew.</summary>
/// <param name="Interval"><c>none</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>.</param>
/// <param name="Anchor">What periods are counted from: <c>license</c> (its creation or anchor), <c>calendar</c>, or an RFC 3339 time;
/// null: <c>license</c>.</param>
/// <param name="TimeZone">IANA time zone; null: the license's.</param>
[JsonConverter(typeof(ResetTermsConverter))]
public sealed record ResetTerms(string Interval, string? Anchor = null, string? TimeZone = null);
