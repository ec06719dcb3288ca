using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How a cost came about: the charges of the tiers that use touched, which add up to it exactly.</summary>
/// <remarks>A class of its own, because two of them are equal by what is in them, which an array is not.</remarks>
[JsonConverter(typeof(ChargesJsonConverter))]
public sealed class Charges : IEquatable<Charges>
{
    private Charges(ImmutableArray<TierCharge> lines) => Lines = lines;

    /// <summary>The charges, in the order in which the tiers were first touched; never empty.</summary>
    public ImmutableArray<TierCharge> Lines { get; }

    /// <summary>What all of them come to.</summary>
    public decimal Cost
    {
        get
        {
            var cost = 0m;
            foreach (var line in Lines)
            {
                cost += line.Cost;
            }

            return cost;
        }
    }

    /// <summary>The part of it that was charged for units, and not for entering tiers.</summary>
    internal decimal UnitCost
    {
        get
        {
            var cost = 0m;
            foreach (var line in Lines)
            {
                cost += line.UnitCost;
            }

            return cost;
        }
    }

    /// <summary>Charges; null where there are none.</summary>
    public static Charges? Of(ImmutableArray<TierCharge> lines) => lines.IsDefaultOrEmpty ? null : new Charges(lines);

    /// <inheritdoc/>
    public bool Equals(Charges? other) => other is not null && Lines.AsSpan().SequenceEqual(other.Lines.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Charges);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Lines.Length, Lines[0]);

    /// <summary>Charges of a period with more of them, one line for each tier and price.</summary>
    /// <param name="known">The period's charges; null: none.</param>
    /// <param name="more">What comes to them; null: nothing.</param>
    /// <param name="room">How many lines may be added; what has no room is folded into one line without a start.</param>
    internal static Charges? Sum(Charges? known, Charges? more, int room)
    {
        if (more is null)
        {
            return known;
        }

        var lines = known?.Lines ?? [];
        foreach (var charge in more.Lines)
        {
            var line = charge;
            var index = IndexOf(lines, line);

            // Once something was folded, all that is new is: so a replay needs to know only of the first one (MeterEffect).
            if (index < 0 && (room <= 0 || lines.Length >= MeterLimits.PeriodCharges - 1 || IsFolded(lines)))
            {
                line = line.Folded();
                index = IndexOf(lines, line);
            }

            room -= index < 0 ? 1 : 0;
            lines = index < 0 ? lines.Add(line) : lines.SetItem(index, lines[index].Plus(line));
        }

        return new Charges(lines);
    }

    /// <summary>Whether each of the others has a line here already.</summary>
    internal bool HaveAll(Charges others)
    {
        foreach (var other in others.Lines)
        {
            if (IndexOf(Lines, other) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int IndexOf(ImmutableArray<TierCharge> lines, TierCharge charge)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].IsLike(charge))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsFolded(ImmutableArray<TierCharge> lines) => lines.Any(line => line.From is null);
}
