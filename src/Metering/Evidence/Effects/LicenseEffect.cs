using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a command changed besides what its entries say in numbers, as the last of them carries it (rule 9). A replay of entries and effects
/// comes to the state without deciding anything again: rules may change, evidence does not.
/// </summary>
internal sealed record LicenseEffect
{
    /// <summary>The license itself, whole; null: not changed.</summary>
    public LicenseHeader? License { get; init; }

    /// <summary>Meters that changed.</summary>
    public ImmutableArray<MeterEffect>? Meters { get; init; }

    /// <summary>Balances that changed.</summary>
    public ImmutableArray<BalanceEffect>? Balances { get; init; }

    /// <summary>Holds that changed.</summary>
    public HoldsEffect? Holds { get; init; }

    /// <summary>What a command did that its entries do not say; null: nothing, as most often.</summary>
    /// <param name="before">The state before it; null: there was none.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="closed">Periods that left the state with it.</param>
    public static LicenseEffect? Between(
        LicenseState? before, LicenseState after, ReadOnlySpan<LedgerEntry> entries, ReadOnlySpan<FeaturePeriod> closed)
    {
        var header = before?.Header.Says(after.Header) == true ? null : after.Header;
        var meters = MetersBetween(before, after, entries, closed);
        var balances = BalancesBetween(before, after, entries);
        var holds = HoldsEffect.Between(before?.Holds ?? HoldSet.Empty, after.Holds, entries);
        return header is null && meters is null && balances is null && holds is null ? null : new LicenseEffect
        {
            License = header,
            Meters = meters?.ToImmutable(),
            Balances = balances?.ToImmutable(),
            Holds = holds,
        };
    }

    private static ImmutableArray<MeterEffect>.Builder? MetersBetween(
        LicenseState? before, LicenseState after, ReadOnlySpan<LedgerEntry> entries, ReadOnlySpan<FeaturePeriod> closed)
    {
        ImmutableArray<MeterEffect>.Builder? effects = null;
        for (var i = 0; i < after.Meters.Length; i++)
        {
            // A meter keeps its place for good.
            var known = before?.Meters.Length > i ? before.Meters[i] : null;
            if (MeterEffect.Between(known, after.Meters[i], entries, closed) is { } effect)
            {
                (effects ??= ImmutableArray.CreateBuilder<MeterEffect>()).Add(effect);
            }
        }

        return effects;
    }

    private static ImmutableArray<BalanceEffect>.Builder? BalancesBetween(
        LicenseState? before, LicenseState after, ReadOnlySpan<LedgerEntry> entries)
    {
        ImmutableArray<BalanceEffect>.Builder? effects = null;
        for (var i = 0; i < after.Balances.Length; i++)
        {
            // A balance keeps its place too.
            var known = before?.Balances.Length > i ? before.Balances[i] : null;
            if (BalanceEffect.Between(known, after.Balances[i], entries) is { } effect)
            {
                (effects ??= ImmutableArray.CreateBuilder<BalanceEffect>()).Add(effect);
            }
        }

        return effects;
    }
}
