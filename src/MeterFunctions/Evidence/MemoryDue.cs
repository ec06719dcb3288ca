using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>Which identities must be there: those whose memory is not over.</summary>
/// <param name="Now">The host's time, UTC.</param>
/// <param name="Keys">For how long keys and event ids were remembered.</param>
internal readonly record struct MemoryDue(DateTimeOffset Now, KeyMemory Keys)
{
    /// <summary>
    /// Within so much of its end nothing is said of an identity: who removes it, or counts its key again, goes by a clock of its own, and
    /// may do so while the license is looked at.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Whether an identity must be there.</summary>
    /// <param name="rowKey">Its row's key, which says of what kind it is.</param>
    /// <param name="at">When its command was counted.</param>
    public bool Includes(string rowKey, DateTimeOffset at) => !WasOver(rowKey, at - Margin, Now);

    /// <summary>Whether the memory of an identity was over at a time.</summary>
    /// <param name="rowKey">Its row's key.</param>
    /// <param name="counted">When its command was counted.</param>
    /// <param name="at">The time.</param>
    public bool WasOver(string rowKey, DateTimeOffset counted, DateTimeOffset at) =>
        (TableKeys.IsIdentityOfSubmission(rowKey) ? KeyMemory.Always(IdentityMemory.SubmissionMemory) : Keys).WasOver(counted, at);

    /// <summary>Whether the identity in a row must be there.</summary>
    public bool Includes(TableEntity identity) => Includes(identity.RowKey, identity.GetDateTimeOffset(Columns.At) ?? default);
}
