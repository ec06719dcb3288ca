using System.Globalization;

namespace Metering.Server.Evidence;

/// <summary>Numbers of things, in words for an operator.</summary>
internal static class Counted
{
    /// <summary>Such as <c>1 license</c> or <c>2,000 licenses</c>.</summary>
    internal static string Of(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    internal static string Licenses(long count) => Of(count, "license", "licenses");

    internal static string Entries(long count) => Of(count, "ledger entry", "ledger entries");
}
