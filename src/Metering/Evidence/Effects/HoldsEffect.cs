using System.Collections.Immutable;

namespace Metering;

/// <summary>What a command changed of a license's holds besides what its entries say.</summary>
internal sealed record HoldsEffect
{
    /// <summary>Holds that are new or changed, whole.</summary>
    public ImmutableArray<HoldState>? Put { get; init; }

    /// <summary>Holds that are no longer there.</summary>
    public ImmutableArray<string>? Gone { get; init; }

    /// <summary>The holds after an entry by its own numbers: a lease is drawn on, a hold ends.</summary>
    public static HoldSet After(HoldSet holds, LedgerEntry entry)
    {
        if (entry.HoldId is not { } id || holds.Find(id) is not { Closed: false } hold)
        {
            return holds;
        }

        return EntryEffects.Of(entry.Kind) switch
        {
            EntryEffect.EndHold when hold.Kind == HoldKind.Lease => holds.With(hold with { Left = 0, Closed = true }),
            EntryEffect.EndHold => holds.Without(id),
            // As Leases.Draw: what goes beyond the lease is not drawn from it.
            EntryEffect.Count => holds.With(hold with
            {
                Left = hold.Left - Math.Min(hold.Left, entry.Amount),
                Settled = hold.Settled + entry.Amount,
            }),
            _ => holds,
        };
    }

    public static HoldsEffect? Between(HoldSet before, HoldSet after, ReadOnlySpan<LedgerEntry> entries)
    {
        var told = before;
        var named = false;
        var repaired = false;
        foreach (var entry in entries)
        {
            named |= entry.HoldId is not null;

            // A repaired clock moves the ends of holds that no entry names.
            repaired |= entry.Kind == EntryKind.ClockRepaired;
            told = After(told, entry);
        }

        if (ReferenceEquals(told, after))
        {
            return null;
        }

        var differences = new Differences(told, after);
        if (named && !repaired)
        {
            foreach (var entry in entries)
            {
                differences.Look(entry.HoldId);
            }

            // To make room, the oldest closed lease is forgotten without an entry that names it (Holds.End).
            differences.LookAtOldestClosed();
        }

        // A license may have thousands of holds, and a command changes those that its entries name; all are looked at only where that
        // does not explain their number.
        if (!named || repaired || !differences.SameCount)
        {
            differences.LookAtAll();
        }

        return differences.ToEffect();
    }

    public HoldSet On(HoldSet holds)
    {
        foreach (var id in Gone ?? [])
        {
            holds = holds.Without(id);
        }

        foreach (var hold in Put ?? [])
        {
            holds = holds.With(hold);
        }

        return holds;
    }

    private sealed class Differences(HoldSet told, HoldSet after)
    {
        private readonly ImmutableArray<HoldState>.Builder put = ImmutableArray.CreateBuilder<HoldState>();
        private readonly ImmutableArray<string>.Builder gone = ImmutableArray.CreateBuilder<string>();
        private HoldSet told = told;

        public bool SameCount => told.Count == after.Count;

        public void Look(string? id)
        {
            var (known, now) = id is null ? (null, null) : (told.Find(id), after.Find(id));
            if (known == now)
            {
                return;
            }

            if (now is null)
            {
                gone.Add(id!);
                told = told.Without(id!);
            }
            else
            {
                put.Add(now);
                told = told.With(now);
            }
        }

        public void LookAtOldestClosed()
        {
            while (told.Count > after.Count && told.OldestClosed is { } oldest && after.Find(oldest.Id) is null)
            {
                Look(oldest.Id);
            }
        }

        public void LookAtAll()
        {
            foreach (var hold in told)
            {
                Look(hold.Id);
            }

            foreach (var hold in after)
            {
                Look(hold.Id);
            }
        }

        public HoldsEffect? ToEffect() => put.Count == 0 && gone.Count == 0 ? null : new HoldsEffect
        {
            Put = put.Count == 0 ? null : put.ToImmutable(),
            Gone = gone.Count == 0 ? null : gone.ToImmutable(),
        };
    }
}
