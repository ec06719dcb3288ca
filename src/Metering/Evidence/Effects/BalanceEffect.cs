namespace Metering;

/// <summary>What a command changed of a balance besides what its entries say. What is null did not change.</summary>
internal sealed record BalanceEffect
{
    public required string Unit { get; init; }

    public decimal? Amount { get; init; }

    public decimal? Bought { get; init; }

    public decimal? Spent { get; init; }

    public decimal? Withdrawn { get; init; }

    public bool? Suspended { get; init; }

    public bool? AllowOverage { get; init; }

    public decimal? LowAt { get; init; }

    public bool? LowSignalled { get; init; }

    public bool? ExhaustedSignalled { get; init; }

    public static BalanceEffect? Between(BalanceState? before, BalanceState after, ReadOnlySpan<LedgerEntry> entries)
    {
        var known = before ?? new BalanceState { Unit = after.Unit };
        var numbers = BalanceNumbers.Of(known);
        foreach (var entry in entries)
        {
            if (entry.BalanceAfter is not null && entry.Unit == after.Unit)
            {
                numbers = numbers.After(entry);
            }
        }

        // Asked first, because most commands change nothing here that their entries do not say, and should carry nothing.
        var nothing = numbers == BalanceNumbers.Of(after) && known.AllowOverage == after.AllowOverage && known.LowAt == after.LowAt
            && known.LowSignalled == after.LowSignalled && known.ExhaustedSignalled == after.ExhaustedSignalled;
        return nothing ? null : new BalanceEffect
        {
            Unit = after.Unit,
            Amount = Changed(numbers.Amount, after.Amount),
            Bought = Changed(numbers.Bought, after.Bought),
            Spent = Changed(numbers.Spent, after.Spent),
            Withdrawn = Changed(numbers.Withdrawn, after.Withdrawn),
            Suspended = Changed(numbers.Suspended, after.Suspended),
            AllowOverage = Changed(known.AllowOverage, after.AllowOverage),
            LowAt = Changed(known.LowAt, after.LowAt),
            LowSignalled = Changed(known.LowSignalled, after.LowSignalled),
            ExhaustedSignalled = Changed(known.ExhaustedSignalled, after.ExhaustedSignalled),
        };
    }

    public BalanceState On(BalanceState? balance)
    {
        balance ??= new BalanceState { Unit = Unit };
        return balance with
        {
            Amount = Amount ?? balance.Amount,
            Bought = Bought ?? balance.Bought,
            Spent = Spent ?? balance.Spent,
            Withdrawn = Withdrawn ?? balance.Withdrawn,
            Suspended = Suspended ?? balance.Suspended,
            AllowOverage = AllowOverage ?? balance.AllowOverage,
            LowAt = LowAt ?? balance.LowAt,
            LowSignalled = LowSignalled ?? balance.LowSignalled,
            ExhaustedSignalled = ExhaustedSignalled ?? balance.ExhaustedSignalled,
        };
    }

    private static T? Changed<T>(T told, T now)
        where T : struct => EqualityComparer<T>.Default.Equals(told, now) ? null : now;
}
