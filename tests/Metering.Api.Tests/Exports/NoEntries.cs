using System.Runtime.CompilerServices;
using Metering.Reports;

namespace Metering.Api.Tests;

/// <summary>A ledger of which nothing is to be exported.</summary>
internal sealed class NoEntries : ILedgerScan
{
    public async IAsyncEnumerable<LedgerPart> ReadAsync(
        IReadOnlyList<string> licenseIds, ExportSpan span, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask<DateTimeOffset?> KeptFromAsync(CancellationToken cancellationToken) => ValueTask.FromResult<DateTimeOffset?>(null);
}
