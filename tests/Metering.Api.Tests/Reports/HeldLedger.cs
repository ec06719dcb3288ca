namespace Metering.Api.Tests.Reports;

/// <summary>A ledger whose entries come only when it is told to.</summary>
internal sealed class HeldLedger : ILedger
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for each read of entries that has begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    public void Release() => _released.SetResult();

    public async ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken)
    {
        Begun.Release();
        await _released.Task;
        return new Page<LedgerEntry>([], null);
    }

    public ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(
        string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<ClosedDay>>([]);

    public ValueTask<DateTimeOffset?> KeptFromAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DateTimeOffset?>(null);

    public ValueTask<Page<FeaturePeriod>> PeriodsAsync(string licenseId, PeriodQuery query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Page<FeaturePeriod>([], null));
}
