using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// How many lines of charges and grants a license may keep of its periods: a state must fit into a row, and what has been used cannot be
/// refused for lack of room, so what has none is told in one sum.
/// </summary>
internal static class PeriodLines
{
    /// <summary>A period's priced use with one more change.</summary>
    /// <param name="known">What was priced before.</param>
    /// <param name="price">The change's price.</param>
    /// <param name="balance">The balance that it drew on, after it; null: none.</param>
    /// <param name="state">The license, for its room.</param>
    /// <param name="drawn">What it drew from the balance; null: its cost.</param>
    public static PricedUse? Add(PricedUse? known, Price price, BalanceState? balance, LicenseState state, decimal? drawn = null) =>
        PricedUse.Add(
            known, price.Charges, balance is null ? 0 : drawn ?? price.Cost, balance?.Amount,
            RoomFor(known?.Charges, price.Charges, state));

    /// <summary>The priced use of two parts of a period as one. The later part comes first: it tells what was left of a balance.</summary>
    public static PricedUse? Join(PricedUse? one, PricedUse? other, LicenseState state) => other is null ? one : new PricedUse
    {
        Charges = Charges.Sum(one?.Charges, other.Charges, RoomFor(one?.Charges, other.Charges, state)),
        CreditDrawn = (one?.CreditDrawn ?? 0) + other.CreditDrawn,
        CreditLeft = one?.CreditLeft ?? other.CreditLeft,
    };

    /// <summary>The grants that covered use of a meter's open period, as many as there is room for, the rest as one.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="room">How many may be told apart.</param>
    public static ImmutableArray<PeriodGrant> GrantsOf(MeterState meter, int room)
    {
        var rest = meter.ForgottenUsed;
        ImmutableArray<PeriodGrant>.Builder? told = null;

        // Those that are over first: they were used up before the others were.
        foreach (var grants in (ReadOnlySpan<ImmutableArray<GrantState>>)[meter.EndedGrants, meter.Grants])
        {
            foreach (var grant in grants)
            {
                if (grant.PeriodUsed == 0)
                {
                    continue;
                }

                if ((told?.Count ?? 0) >= room)
                {
                    rest += grant.PeriodUsed;
                    continue;
                }

                (told ??= ImmutableArray.CreateBuilder<PeriodGrant>()).Add(new PeriodGrant(grant.Id, grant.PeriodUsed));
            }
        }

        if (rest != 0)
        {
            (told ??= ImmutableArray.CreateBuilder<PeriodGrant>()).Add(new PeriodGrant(null, rest));
        }

        return told?.ToImmutable() ?? [];
    }

    /// <summary>How many grants a period that is closed now may tell apart.</summary>
    public static int RoomForGrants(LicenseState state) => Math.Clamp(Left(state), 0, MeterLimits.PeriodGrants);

    // Asked with the first use of a tier in a period only: the license's lines are not counted for every use.
    private static int RoomFor(Charges? known, Charges? more, LicenseState state) =>
        more is null || known?.HaveAll(more) == true ? 0 : Left(state);

    private static int Left(LicenseState state)
    {
        var left = MeterLimits.LicensePeriodLines;
        foreach (var meter in state.Meters)
        {
            left -= meter.Priced?.Charges?.Lines.Length ?? 0;
            foreach (var closed in meter.Past?.Periods ?? [])
            {
                left -= (closed.Priced?.Charges?.Lines.Length ?? 0) + closed.Grants.Length;
            }
        }

        return left;
    }
}
