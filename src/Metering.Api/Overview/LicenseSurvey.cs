namespace Metering.Api;

/// <summary>
/// What one look at all licenses has found, in memory that does not grow with their number: counts, and the furthest of each list.
/// </summary>
internal sealed class LicenseSurvey(DateTimeOffset asOf)
{
    /// <summary>Most items of a list.</summary>
    public const int MaxItems = 50;

    private readonly SortedSet<QuotaPlace> _over = new(Order);
    private readonly SortedSet<QuotaPlace> _near = new(Order);

    // A tenant that was pushed out comes back with a license that is further; so the furthest tenants are in it at the end, in whatever
    // order licenses come.
    private readonly Dictionary<string, QuotaPlace> _tenants = new(StringComparer.Ordinal);
    private int _active;
    private int _suspended;
    private int _expired;
    private int _unreadable;
    private int _overCount;
    private int _nearCount;

    private static Comparer<QuotaPlace> Order { get; } = Comparer<QuotaPlace>.Create(QuotaPlace.Compare);

    /// <summary>Those over their limit, the furthest first.</summary>
    public QuotaPlaces Over => new(_overCount, [.. _over]);

    /// <summary>Those near their limit, the furthest first.</summary>
    public QuotaPlaces Near => new(_nearCount, [.. _near]);

    /// <summary>The furthest feature of each of the furthest tenants, the furthest first.</summary>
    public IReadOnlyList<QuotaPlace> Tenants => [.. _tenants.Values.Order(Order)];

    /// <summary>Looks at a license.</summary>
    public void Add(LicenseState state, DateTimeOffset now, MeterRules rules)
    {
        switch (LicenseView.StatusOf(LicenseAnswer.Of(state) with { At = now }))
        {
            case LicenseStatus.Suspended:
                _suspended++;
                break;
            case LicenseStatus.Expired:
                _expired++;
                break;
            case LicenseStatus.Active:
                // Of these alone: nobody is stopped by the quota of a license that is stopped anyway.
                _active++;
                foreach (var usage in LicenseMeter.Usage(state, now, rules))
                {
                    if (QuotaPlace.Of(state, usage) is { } place)
                    {
                        Add(place);
                    }
                }

                break;
            default:
                // Deleted since the directory listed it.
                break;
        }
    }

    /// <summary>Counts a license whose state can't be read.</summary>
    public void AddUnreadable() => _unreadable++;

    /// <summary>The licenses by how they stand.</summary>
    public LicenseCounts Counts(bool isComplete) => new(
        asOf, isComplete, _active + _suspended + _expired + _unreadable, _active, _suspended, _expired, _unreadable);

    private void Add(QuotaPlace place)
    {
        if (place.IsOver)
        {
            _overCount++;
            Keep(_over, place);
        }
        else if (place.IsNear)
        {
            _nearCount++;
            Keep(_near, place);
        }

        KeepTenant(place);
    }

    private void KeepTenant(QuotaPlace place)
    {
        if (_tenants.TryGetValue(place.TenantId, out var known))
        {
            if (QuotaPlace.Compare(place, known) < 0)
            {
                _tenants[place.TenantId] = place;
            }

            return;
        }

        if (_tenants.Count == MaxItems)
        {
            var least = _tenants.Values.Max(Order)!;
            if (QuotaPlace.Compare(place, least) > 0)
            {
                return;
            }

            _tenants.Remove(least.TenantId);
        }

        _tenants.Add(place.TenantId, place);
    }

    private static void Keep(SortedSet<QuotaPlace> list, QuotaPlace place)
    {
        list.Add(place);
        if (list.Count > MaxItems)
        {
            list.Remove(list.Max!);
        }
    }
}
