namespace Metering;

/// <summary>
/// Holds in the order in which their time is over, as an immutable AVL tree whose nodes know how many holds are below them and what
/// those set aside. So what is left after an instant is found along one path, however many holds are over.
/// </summary>
internal sealed class HoldTree
{
    // A tree of our own, because the sorted sets of the base library keep no sums in their nodes.
    public static readonly HoldTree Empty = new();

    private readonly HoldState? hold;
    private readonly HoldTree earlier;
    private readonly HoldTree later;

    private HoldTree()
    {
        // Its sides are itself, so that no step has to look for null.
        earlier = this;
        later = this;
    }

    private HoldTree(HoldState hold, HoldTree earlier, HoldTree later)
    {
        this.hold = hold;
        this.earlier = earlier;
        this.later = later;
        Height = 1 + Math.Max(earlier.Height, later.Height);
        Count = 1 + earlier.Count + later.Count;
        Left = hold.Left + earlier.Left + later.Left;
    }

    public int Height { get; }

    public int Count { get; }

    /// <summary>Units that all of them set aside.</summary>
    public decimal Left { get; }

    /// <summary>The hold that is over first; null when there is none.</summary>
    public HoldState? First
    {
        get
        {
            var node = this;
            while (node.earlier.Count > 0)
            {
                node = node.earlier;
            }

            return node.hold;
        }
    }

    /// <summary>The order: by the end, then by id.</summary>
    public static int Compare(HoldState one, HoldState other)
    {
        var byEnd = one.ExpiresAt.CompareTo(other.ExpiresAt);

        // Many holds may end in the same millisecond, and each needs a place of its own to be found again.
        return byEnd != 0 ? byEnd : string.CompareOrdinal(one.Id, other.Id);
    }

    /// <summary>A tree of holds that are in order already.</summary>
    public static HoldTree Of(List<HoldState> sorted) => Of(sorted, 0, sorted.Count);

    /// <summary>How many holds are over later than an instant, and what they set aside.</summary>
    public (int Count, decimal Left) After(DateTimeOffset instant)
    {
        var (count, left) = (0, 0m);
        for (var node = this; node.hold is { } here;)
        {
            if (here.ExpiresAt <= instant)
            {
                node = node.later;
                continue;
            }

            count += 1 + node.later.Count;
            left += here.Left + node.later.Left;
            node = node.earlier;
        }

        return (count, left);
    }

    /// <summary>The tree with a hold put in, in place of the one that has its end and id.</summary>
    public HoldTree Set(HoldState added)
    {
        if (hold is null)
        {
            return new HoldTree(added, Empty, Empty);
        }

        return Compare(added, hold) switch
        {
            0 => new HoldTree(added, earlier, later),
            < 0 => Balanced(hold, earlier.Set(added), later),
            _ => Balanced(hold, earlier, later.Set(added)),
        };
    }

    /// <summary>The tree without a hold.</summary>
    public HoldTree Remove(HoldState removed)
    {
        if (hold is null)
        {
            return this;
        }

        var order = Compare(removed, hold);
        if (order != 0)
        {
            return order < 0 ? Balanced(hold, earlier.Remove(removed), later) : Balanced(hold, earlier, later.Remove(removed));
        }

        return later.First is { } next ? Balanced(next, earlier, later.Remove(next)) : earlier;
    }

    /// <summary>All holds, in order.</summary>
    public IEnumerable<HoldState> InOrder()
    {
        var path = new Stack<HoldTree>(Height);
        for (var node = this; node.hold is not null || path.Count > 0; node = node.later)
        {
            for (; node.hold is not null; node = node.earlier)
            {
                path.Push(node);
            }

            node = path.Pop();
            yield return node.hold!;
        }
    }

    private static HoldTree Of(List<HoldState> sorted, int from, int to)
    {
        if (from == to)
        {
            return Empty;
        }

        var middle = (from + to) / 2;
        return new HoldTree(sorted[middle], Of(sorted, from, middle), Of(sorted, middle + 1, to));
    }

    // One side is at most two higher than the other here; a rotation makes it at most one.
    private static HoldTree Balanced(HoldState hold, HoldTree earlier, HoldTree later)
    {
        if (earlier.Height > later.Height + 1)
        {
            return earlier.earlier.Height >= earlier.later.Height
                ? new HoldTree(earlier.hold!, earlier.earlier, new HoldTree(hold, earlier.later, later))
                : new HoldTree(
                    earlier.later.hold!,
                    new HoldTree(earlier.hold!, earlier.earlier, earlier.later.earlier),
                    new HoldTree(hold, earlier.later.later, later));
        }

        if (later.Height > earlier.Height + 1)
        {
            return later.later.Height >= later.earlier.Height
                ? new HoldTree(later.hold!, new HoldTree(hold, earlier, later.earlier), later.later)
                : new HoldTree(
                    later.earlier.hold!,
                    new HoldTree(hold, earlier, later.earlier.earlier),
                    new HoldTree(later.hold!, later.earlier.later, later.later));
        }

        return new HoldTree(hold, earlier, later);
    }
}
