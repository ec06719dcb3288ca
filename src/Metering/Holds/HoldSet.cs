using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// The holds of a license: open ones, and closed leases that late use may still name. Immutable, and in the order in which their time is
/// over, with running sums: how much is set aside at an instant is found without a walk over the holds that are over by then, which a
/// license key could pile up.
/// </summary>
[JsonConverter(typeof(HoldSetJsonConverter))]
public sealed class HoldSet : IReadOnlyCollection<HoldState>
{
    /// <summary>No holds.</summary>
    public static readonly HoldSet Empty = new(
        ImmutableDictionary.Create<string, HoldState>(StringComparer.Ordinal),
        HoldTree.Empty,
        ImmutableDictionary.Create<string, HoldTree>(StringComparer.Ordinal),
        HoldTree.Empty,
        0);

    // The same holds in four orders, each for a question that must not need a walk over all: by id, by end over all features for the next
    // one that is over, by end for each feature for its sum, and closed ones for the oldest.
    private readonly ImmutableDictionary<string, HoldState> byId;
    private readonly HoldTree open;
    private readonly ImmutableDictionary<string, HoldTree> openByFeature;
    private readonly HoldTree closed;

    private HoldSet(
        ImmutableDictionary<string, HoldState> byId, HoldTree open, ImmutableDictionary<string, HoldTree> openByFeature, HoldTree closed,
        int room)
    {
        Room = room;
        this.byId = byId;
        this.open = open;
        this.openByFeature = openByFeature;
        this.closed = closed;
    }

    /// <summary>All of them, closed leases included.</summary>
    public int Count => byId.Count;

    /// <summary>
    /// No open hold is over before this, UTC; null when none is open. A hold that is over stays here until its end has been written.
    /// </summary>
    public DateTimeOffset? NextExpiry => open.First?.ExpiresAt;

    /// <summary>The holds of some that were stored or made up.</summary>
    /// <exception cref="ArgumentException">Two of them have the same id.</exception>
    public static HoldSet Of(IEnumerable<HoldState> holds)
    {
        var sorted = holds.ToList();
        sorted.Sort(HoldTree.Compare);
        var open = sorted.FindAll(hold => !hold.Closed);
        return new HoldSet(
            Empty.byId.AddRange(sorted.Select(hold => KeyValuePair.Create(hold.Id, hold))),
            HoldTree.Of(open),
            Empty.openByFeature.AddRange(open
                .GroupBy(hold => hold.FeatureCode, StringComparer.Ordinal)
                .Select(group => KeyValuePair.Create(group.Key, HoldTree.Of([.. group])))),
            HoldTree.Of(sorted.FindAll(hold => hold.Closed)),
            sorted.Sum(hold => LicenseRoom.OfHold(hold.Fingerprint)));
    }

    /// <summary>The hold with an id, be it over or closed; null when there is none.</summary>
    public HoldState? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>What the open holds on a feature set aside at an instant: those that are over by then set nothing aside.</summary>
    public decimal LeftAt(string featureCode, DateTimeOffset at) =>
        openByFeature.TryGetValue(featureCode, out var holds) ? holds.After(at).Left : 0;

    /// <summary>How many open holds are not over at an instant.</summary>
    public int OpenAt(DateTimeOffset at) => open.After(at).Count;

    /// <summary>The open hold whose time has been over for longest; null when none is over at the instant.</summary>
    public HoldState? FirstOver(DateTimeOffset at) => open.First is { } first && first.ExpiresAt <= at ? first : null;

    /// <summary>The open ones in the order in which their time is over, then the closed ones.</summary>
    // The order does not depend on how the set came about: effects list holds in it, and an entry's bytes must be the same when its
    // command is applied again.
    public IEnumerator<HoldState> GetEnumerator() => open.InOrder().Concat(closed.InOrder()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How much room they take (<see cref="LicenseRoom"/>): a running sum too, for each new hold asks for it.</summary>
    internal int Room { get; }

    /// <summary>How many leases are kept closed.</summary>
    internal int ClosedCount => closed.Count;

    /// <summary>The closed lease whose time was over first; null when there is none.</summary>
    internal HoldState? OldestClosed => closed.First;

    /// <summary>These holds with one put in, in place of the one with the same id.</summary>
    public HoldSet With(HoldState hold)
    {
        // A step of a lease changes only what is left: the hold stays in its place.
        var moves = byId.TryGetValue(hold.Id, out var known)
            && (known.Closed != hold.Closed || known.ExpiresAt != hold.ExpiresAt || known.FeatureCode != hold.FeatureCode);
        var rest = moves ? Without(hold.Id) : this;
        return new HoldSet(
            rest.byId.SetItem(hold.Id, hold),
            hold.Closed ? rest.open : rest.open.Set(hold),
            hold.Closed ? rest.openByFeature : rest.openByFeature.SetItem(hold.FeatureCode, rest.OpenOn(hold.FeatureCode).Set(hold)),
            hold.Closed ? rest.closed.Set(hold) : rest.closed,
            rest.Room + LicenseRoom.OfHold(hold.Fingerprint) - RoomOf(rest.Find(hold.Id)));
    }

    /// <summary>These holds without one.</summary>
    public HoldSet Without(string id)
    {
        if (!byId.TryGetValue(id, out var hold))
        {
            return this;
        }

        if (hold.Closed)
        {
            return new HoldSet(byId.Remove(id), open, openByFeature, closed.Remove(hold), Room - RoomOf(hold));
        }

        var left = OpenOn(hold.FeatureCode).Remove(hold);
        return new HoldSet(
            byId.Remove(id),
            open.Remove(hold),
            // An empty tree is not kept, or each feature that ever had a hold would stay.
            left.Count == 0 ? openByFeature.Remove(hold.FeatureCode) : openByFeature.SetItem(hold.FeatureCode, left),
            closed,
            Room - RoomOf(hold));
    }

    private static int RoomOf(HoldState? hold) => hold is null ? 0 : LicenseRoom.OfHold(hold.Fingerprint);

    private HoldTree OpenOn(string featureCode) => openByFeature.GetValueOrDefault(featureCode) ?? HoldTree.Empty;
}
