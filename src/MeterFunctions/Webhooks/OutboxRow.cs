using System.Collections.Immutable;
using Metering;

namespace MeterFunctions.Webhooks;

/// <summary>The signals of one commit.</summary>
/// <param name="RowKey">The row's key, by which they are in order.</param>
/// <param name="CommittedAt">When it was committed, by the storage's clock.</param>
/// <param name="Signals">The signals.</param>
internal sealed record OutboxRow(string RowKey, DateTimeOffset CommittedAt, ImmutableArray<Signal> Signals);
