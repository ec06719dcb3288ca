using System.Collections.Immutable;
using Azure;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>A license as its state row has it.</summary>
/// <param name="State">The state. It may hold a tally of refusals that the row does not have yet.</param>
/// <param name="Link">The link of the last entry (<see cref="EvidenceChain"/>), from which the next one's is made.</param>
/// <param name="ETag">The row that the state was read from or written to: a commit is only good on this one.</param>
/// <param name="Commit">The id of the commit that wrote it.</param>
/// <param name="IsReserved">Whether the license's entity has asked the other writers to leave the license to it.</param>
/// <param name="RetentionAt">When retention was last due for the license, by the host's time, UTC.</param>
/// <param name="ReadAt">When the read, or the commit, began (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>).</param>
internal sealed record StoredLicense(
    LicenseState State, ReadOnlyMemory<byte> Link, ETag ETag, string Commit, bool IsReserved, DateTimeOffset RetentionAt, long ReadAt)
{
    /// <summary>Days that refusals have closed in <see cref="State"/> since, whose rows go with the next commit, as the tally does.</summary>
    public ImmutableArray<ClosedDay> ClosedDays { get; init; } = [];

    /// <summary>Messages to its entity of which something was refused.</summary>
    public AnsweredMessages Answered { get; init; } = AnsweredMessages.None;
}
