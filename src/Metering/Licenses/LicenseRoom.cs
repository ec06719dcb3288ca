using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// How much room a license's state takes, as bytes of its compressed stored form, on the safe side. A host keeps a state in one row of
/// bounded size, and what callers name (keys, users, machines, holds) may be short or long: so its size is bounded, and not its number
/// alone.
/// </summary>
/// <remarks>
/// What this does not look at is bounded by number alone: <see cref="MeterLimits"/>. The largest state that both allow is built in a test.
/// </remarks>
internal static class LicenseRoom
{
    // Each with all its digits, and texts that do not repeat: seen in the test.
    private const int MeterPart = 64;
    private const int ReadingPart = 40;
    private const int RemovedPart = 32;
    private const int UserPart = 28;
    private const int HoldPart = 80;
    private const int GrantPart = 128;
    private const int PlanPart = 16;

    // What JSON writes as an escape, as all that is not ASCII, takes three bytes when it is compressed.
    private const int EscapedPart = 3;

    /// <summary>Whether a license has room for something more.</summary>
    /// <param name="state">The license.</param>
    /// <param name="more">What it takes.</param>
    public static bool Has(LicenseState state, int more) => Taken(state) + more <= MeterLimits.Room;

    /// <summary>What a feature takes by its texts.</summary>
    public static int Of(Feature feature) => MeterPart + Text(feature.Code) + Text(feature.Name) + Text(feature.Unit);

    /// <summary>What a key's reading takes.</summary>
    public static int Of(string key, string? name) => ReadingPart + Text(key) + Text(name);

    /// <summary>What a user takes in a day.</summary>
    public static int OfUser(string userId) => UserPart + Text(userId);

    /// <summary>What a hold takes.</summary>
    public static int OfHold(string? fingerprint) => HoldPart + Text(fingerprint);

    /// <summary>What a grant takes.</summary>
    public static int OfGrant => GrantPart;

    /// <summary>What a license's plans take.</summary>
    public static int Of(PlanReference plan) => PlanPart + Text(plan.PlanId) + Text(plan.Group);

    /// <summary>The refusal of something for which a license has no room.</summary>
    public static Refusal None(string what) => Change.Refuse(
        RefusalCode.LimitReached,
        $"The license has no room for another {what}: its features, grants, keys, users and holds take all that a license may hold.");

    /// <summary>What a license takes.</summary>
    public static int Taken(LicenseState state)
    {
        var taken = state.Holds.Room;
        foreach (var plan in state.Plans)
        {
            taken += Of(plan);
        }

        foreach (var meter in state.Meters)
        {
            taken += Of(meter);
        }

        return taken;
    }

    private static int Of(MeterState meter)
    {
        var taken = Of(meter.Feature) + Readings.RoomOf(meter) + ((meter.Grants.Length + meter.EndedGrants.Length) * GrantPart);
        foreach (var (key, _) in meter.Past?.Removed ?? ImmutableDictionary<string, DateTimeOffset>.Empty)
        {
            taken += RemovedPart + Text(key);
        }

        foreach (var day in meter.Days)
        {
            foreach (var (user, _) in day.ByUser ?? ImmutableSortedDictionary<string, UserUse>.Empty)
            {
                taken += OfUser(user);
            }
        }

        return taken;
    }

    private static int Text(string? text)
    {
        var taken = 0;
        foreach (var character in text ?? "")
        {
            taken += char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or ':' or '-' or '/' or ' ' or '@' ? 1 : EscapedPart;
        }

        return taken;
    }
}
