using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// Everything that decides what a license may use. One writer changes it, through <see cref="LicenseMeter"/>; hosts store it as JSON.
/// </summary>
public sealed record LicenseState : IJsonOnDeserialized
{
    /// <summary>
    /// The form in which this version writes states, and the only one that it reads: see <see cref="UnknownFormatException"/>.
    /// </summary>
    public const int CurrentFormat = 5;

    // In one reference, because a state is copied with every use.
    private LicenseHeader header = LicenseHeader.Empty;
    private long sequence;
    private ImmutableArray<MeterState> meters = [];
    private ImmutableArray<BalanceState> balances = [];

    /// <summary>What the license is apart from its meters, balances and holds.</summary>
    internal LicenseHeader Header
    {
        get => header;
        init => header = value;
    }

    /// <summary>The form in which the state was written.</summary>
    [JsonConverter(typeof(StateFormatJsonConverter))]
    [JsonPropertyOrder(-1)]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>By which operators name it; it never changes.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The customer that holds it.</summary>
    public required string TenantId
    {
        get => header.TenantId;
        init => header = value == header.TenantId ? header : header with { TenantId = value };
    }

    /// <summary>Number of the last ledger entry; 0 before the first.</summary>
    public long Sequence
    {
        get => sequence;
        init => sequence = value;
    }

    /// <summary>When the license was created, UTC.</summary>
    public DateTimeOffset CreatedAt
    {
        get => header.CreatedAt;
        init => header = value == header.CreatedAt ? header : header with { CreatedAt = value };
    }

    /// <summary>The latest time seen; time does not run backwards for a license (rule 2).</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>
    /// Number of the last entry with which its time was set back (<see cref="RepairClock"/>): entries before it may be of a later time.
    /// 0: never.
    /// </summary>
    public long SetBackAt
    {
        get => header.SetBackAt;
        init => header = value == header.SetBackAt ? header : header with { SetBackAt = value };
    }

    /// <summary>From what the license's periods are counted.</summary>
    public DateTimeOffset Anchor
    {
        get => header.Anchor;
        init => header = value == header.Anchor ? header : header with { Anchor = value };
    }

    /// <summary>IANA time zone of the license; null for UTC.</summary>
    public string? TimeZone
    {
        get => header.TimeZone;
        init => header = value == header.TimeZone ? header : header with { TimeZone = value };
    }

    /// <summary>Whether an operator has suspended the license.</summary>
    public bool Suspended
    {
        get => header.Suspended;
        init => header = value == header.Suspended ? header : header with { Suspended = value };
    }

    /// <summary>Whether the license has been deleted: nothing may use it any more.</summary>
    public bool Deleted
    {
        get => header.Deleted;
        init => header = value == header.Deleted ? header : header with { Deleted = value };
    }

    /// <summary>From when on the license is no longer valid, UTC; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => header.ExpiresAt;
        init => header = value == header.ExpiresAt ? header : header with { ExpiresAt = value };
    }

    /// <summary>The plans of the license, one of each group.</summary>
    public ImmutableArray<PlanReference> Plans
    {
        get => header.Plans;
        init => header = value == header.Plans ? header : header with { Plans = value };
    }

    /// <summary>One meter for each feature that the license has or had.</summary>
    public ImmutableArray<MeterState> Meters
    {
        get => meters.IsDefault ? [] : meters;
        init => meters = value;
    }

    /// <summary>Prepaid credit, one balance a unit.</summary>
    public ImmutableArray<BalanceState> Balances
    {
        get => balances.IsDefault ? [] : balances;
        init => balances = value;
    }

    /// <summary>Open holds, and closed leases that late use may still name.</summary>
    public HoldSet Holds
    {
        get => field ?? HoldSet.Empty;
        init;
    }

    /// <summary>The meter of a feature, or null.</summary>
    public MeterState? FindMeter(string featureCode)
    {
        var index = IndexOfMeter(featureCode);
        return index < 0 ? null : Meters[index];
    }

    /// <summary>The balance in a unit, or null.</summary>
    public BalanceState? FindBalance(string unit)
    {
        foreach (var balance in Balances)
        {
            if (balance.Unit == unit)
            {
                return balance;
            }
        }

        return null;
    }

    /// <summary>The state with a meter put in, in place of the one for the same feature.</summary>
    public LicenseState With(MeterState meter)
    {
        var copy = this with { };
        copy.Put(meter);
        return copy;
    }

    /// <summary>The state with a balance put in, in place of the one in the same unit.</summary>
    public LicenseState With(BalanceState balance)
    {
        var copy = this with { };
        copy.Put(balance);
        return copy;
    }

    /// <summary>Puts a meter in, in place of the one for the same feature.</summary>
    /// <remarks>
    /// This and the two that follow change the state itself, and only a <see cref="Change"/> may use them, on the copy that it works on:
    /// nobody else has that one yet, and a copy for each step would be a good part of what a consume costs.
    /// </remarks>
    internal void Put(MeterState meter)
    {
        // In its place, or at the end: evidence compares meters, and balances, by their places (LicenseEffect).
        var index = IndexOfMeter(meter.Feature.Code);
        if (index < 0)
        {
            meters = Meters.Add(meter);
        }
        else if (!ReferenceEquals(meters[index], meter))
        {
            meters = meters.SetItem(index, meter);
        }
    }

    /// <summary>Puts a balance in, in place of the one in the same unit.</summary>
    internal void Put(BalanceState balance)
    {
        for (var i = 0; i < Balances.Length; i++)
        {
            if (balances[i].Unit == balance.Unit)
            {
                balances = balances.SetItem(i, balance);
                return;
            }
        }

        balances = Balances.Add(balance);
    }

    /// <summary>Counts one more ledger entry.</summary>
    internal void CountEntry() => sequence++;

    // A state that does not say its form is no state of this version either.
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Format != CurrentFormat)
        {
            throw new UnknownFormatException(Format);
        }
    }

    private int IndexOfMeter(string featureCode)
    {
        for (var i = 0; i < Meters.Length; i++)
        {
            if (Meters[i].Feature.Code == featureCode)
            {
                return i;
            }
        }

        return -1;
    }
}
