using Azure.Data.Tables;
using MeterFunctions.Licenses;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>Which identities must be there: those whose memory is not over.</summary>
/// <param name="Now">The host's time, UTC.</param>
/// <param name="Rules">What the operator has set.</param>
internal readonly record struct MemoryDue(DateTimeOffset Now, MeterRules Rules)
{
    /// <summary>
    /// Within so much of its end nothing is said of an identity: who removes it, or counts its key again, goes by a clock of its own, and
    /// may do so while the license is looked at.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Whether an identity must be there.</summary>
    /// <param name="rowKey">Its row's key, which says of what kind it is.</param>
    /// <param name="at">When its command was counted.</param>
    public bool Includes(string rowKey, DateTimeOffset at) => at > Now - IdentityMemory.MemoryOf(rowKey, Rules) + Margin;

    /// <summary>Whether the identity in a row must be there.</summary>
    public bool Includes(TableEntity identity) => Includes(identity.RowKey, identity.GetDateTimeOffset(Columns.At) ?? default);
}
