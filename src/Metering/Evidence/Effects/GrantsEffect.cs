using System.Collections.Immutable;

namespace Metering;

/// <summary>What a command changed of a meter's grants.</summary>
internal sealed record GrantsEffect
{
    /// <summary>Grants that are new among those that are not over, or changed in more than their use; whole.</summary>
    public ImmutableArray<GrantState>? Put { get; init; }

    /// <summary>Grants of which only use moved, over or not.</summary>
    public ImmutableArray<GrantUse>? Used { get; init; }

    /// <summary>Grants that are no longer among those that are not over.</summary>
    public ImmutableArray<string>? Gone { get; init; }

    /// <summary>Grants that are new among those that are over; whole.</summary>
    public ImmutableArray<GrantState>? Ended { get; init; }

    /// <summary>Grants that are no longer among those that are over.</summary>
    public ImmutableArray<string>? Forgotten { get; init; }

    public static GrantsEffect? Between(MeterState before, MeterState after)
    {
        // The same arrays: nothing happened to any grant, and nothing has to be compared.
        if (before.Grants == after.Grants && before.EndedGrants == after.EndedGrants)
        {
            return null;
        }

        var used = ImmutableArray.CreateBuilder<GrantUse>();
        var put = Compare(before.Grants, after.Grants, used);
        var ended = Compare(before.EndedGrants, after.EndedGrants, used);
        var gone = Missing(before.Grants, after.Grants);
        var forgotten = Missing(before.EndedGrants, after.EndedGrants);
        return put is null && ended is null && gone is null && forgotten is null && used.Count == 0 ? null : new GrantsEffect
        {
            Put = put,
            Used = used.Count == 0 ? null : used.ToImmutable(),
            Gone = gone,
            Ended = ended,
            Forgotten = forgotten,
        };
    }

    public MeterState On(MeterState meter)
    {
        var grants = PutInto(Without(meter.Grants, Gone), Put);
        var ended = PutInto(Without(meter.EndedGrants, Forgotten), Ended);
        foreach (var use in Used ?? [])
        {
            grants = use.On(grants);
            ended = use.On(ended);
        }

        // Their order is not told, because it follows from the grants.
        return meter with { Grants = BurnOrder.Sort(grants), EndedGrants = ended };
    }

    private static ImmutableArray<GrantState>? Compare(
        ImmutableArray<GrantState> before, ImmutableArray<GrantState> after, ImmutableArray<GrantUse>.Builder used)
    {
        if (before == after)
        {
            return null;
        }

        ImmutableArray<GrantState>.Builder? put = null;
        for (var i = 0; i < after.Length; i++)
        {
            var grant = after[i];

            // Mostly a grant has kept its place, so it is looked for there first.
            var known = i < before.Length && before[i].Id == grant.Id ? before[i] : Find(before, grant.Id);
            if (ReferenceEquals(known, grant) || known == grant)
            {
                continue;
            }

            // Each use of a grant would otherwise put the whole grant into the ledger.
            if (known is not null && GrantUse.Between(known, grant) is { } use)
            {
                used.Add(use);
            }
            else
            {
                (put ??= ImmutableArray.CreateBuilder<GrantState>()).Add(grant);
            }
        }

        return put?.ToImmutable();
    }

    private static ImmutableArray<string>? Missing(ImmutableArray<GrantState> before, ImmutableArray<GrantState> after)
    {
        ImmutableArray<string>.Builder? missing = null;
        for (var i = 0; before != after && i < before.Length; i++)
        {
            if (!(i < after.Length && after[i].Id == before[i].Id) && Find(after, before[i].Id) is null)
            {
                (missing ??= ImmutableArray.CreateBuilder<string>()).Add(before[i].Id);
            }
        }

        return missing?.ToImmutable();
    }

    private static ImmutableArray<GrantState> Without(ImmutableArray<GrantState> grants, ImmutableArray<string>? gone) =>
        gone is { } ids ? grants.RemoveAll(grant => ids.Contains(grant.Id)) : grants;

    private static ImmutableArray<GrantState> PutInto(ImmutableArray<GrantState> grants, ImmutableArray<GrantState>? put)
    {
        foreach (var grant in put ?? [])
        {
            grants = Find(grants, grant.Id) is { } known ? grants.Replace(known, grant) : grants.Add(grant);
        }

        return grants;
    }

    private static GrantState? Find(ImmutableArray<GrantState> grants, string id)
    {
        foreach (var grant in grants)
        {
            if (grant.Id == id)
            {
                return grant;
            }
        }

        return null;
    }
}

/// <summary>A grant's use, as a command left it.</summary>
internal sealed record GrantUse(string Id, decimal Used, decimal PeriodUsed)
{
    public decimal PeriodSpent { get; init; }

    public decimal CoveredAtLapse { get; init; }

    public decimal Lapsed { get; init; }

    /// <summary>The use after, where nothing else of the grant changed; else null.</summary>
    public static GrantUse? Between(GrantState before, GrantState after)
    {
        var use = new GrantUse(after.Id, after.Used, after.PeriodUsed)
        {
            PeriodSpent = after.PeriodSpent, CoveredAtLapse = after.CoveredAtLapse, Lapsed = after.Lapsed,
        };
        return use.On(before) == after ? use : null;
    }

    public ImmutableArray<GrantState> On(ImmutableArray<GrantState> grants)
    {
        for (var i = 0; i < grants.Length; i++)
        {
            if (grants[i].Id == Id)
            {
                return grants.SetItem(i, On(grants[i]));
            }
        }

        return grants;
    }

    private GrantState On(GrantState grant) => grant with
    {
        Used = Used, PeriodUsed = PeriodUsed, PeriodSpent = PeriodSpent, CoveredAtLapse = CoveredAtLapse, Lapsed = Lapsed,
    };
}
