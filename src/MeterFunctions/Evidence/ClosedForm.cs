using Azure.Data.Tables;

namespace MeterFunctions.Evidence;

/// <summary>How rows of what has left a license's state are read.</summary>
/// <param name="Name">What they hold, in words for an operator.</param>
/// <param name="Read">What one holds.</param>
/// <param name="KeyOf">In which row one of it belongs that was closed by the command with a number.</param>
/// <param name="Settle">Compares one with what the entries came to.</param>
internal sealed record ClosedForm<T>(
    string Name, Func<TableEntity, IReadOnlyList<T>> Read, Func<T, long, string> KeyOf, Action<LicenseReplay, T> Settle);
