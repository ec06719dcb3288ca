using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>Adds up use by user.</summary>
internal sealed class UserTally
{
    private readonly Dictionary<string, UserUse> users = new(StringComparer.Ordinal);

    public int Count => users.Count;

    public void Add(string userId, decimal sum, long count)
    {
        var use = users.GetValueOrDefault(userId);
        users[userId] = new UserUse((use?.Sum ?? 0) + sum, (use?.Count ?? 0) + count);
    }

    public void Add(DayRollup rollup)
    {
        foreach (var (userId, use) in rollup.ByUser ?? ImmutableSortedDictionary<string, UserUse>.Empty)
        {
            Add(userId, use.Sum, use.Count);
        }
    }

    public void Add(UserTally other)
    {
        foreach (var (userId, use) in other.users)
        {
            Add(userId, use.Sum, use.Count);
        }
    }

    /// <summary>Those who used most, the largest first; by name where they used as much.</summary>
    /// <param name="limit">Most of them.</param>
    /// <param name="sum">All changes, with those that name nobody.</param>
    public ImmutableArray<UserUsage> Top(int limit, decimal sum) =>
    [
        .. users.OrderByDescending(user => user.Value.Sum).ThenBy(user => user.Key, StringComparer.Ordinal).Take(limit)
            .Select(user => new UserUsage(user.Key, user.Value.Sum, user.Value.Count, ShareOf(user.Value.Sum, sum))),
    ];

    // Corrections name no user, so the changes may come to nothing, or less, although somebody used something.
    private static decimal? ShareOf(decimal part, decimal sum) =>
        sum > 0 ? Math.Round(part / sum, Amount.MaxFractionDigits, MidpointRounding.ToEven) : null;
}
