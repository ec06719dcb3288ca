using Metering.Client;

namespace Metering.Cli.Events.Import;

/// <summary>A row of a file: an event, or why it is none.</summary>
/// <param name="Number">Its place among the rows, from 1.</param>
/// <param name="Event">The event; null where it is none.</param>
/// <param name="Fault">Why it is none; null where it is one.</param>
/// <param name="Original">The row as it was, for the file of rejected rows: fields of CSV, or the one line.</param>
internal sealed record ImportRow(long Number, UsageEvent? Event, string? Fault, IReadOnlyList<string> Original);
