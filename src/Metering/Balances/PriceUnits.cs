namespace Metering;

/// <summary>
/// Units of prices and balances. They are compared exactly, so a balance in <c>usd</c> would never pay a price in <c>USD</c>, and every
/// use would be refused for lack of credit; a unit that differs from another of the license only in case is a mistake, and is refused
/// where it is made.
/// </summary>
internal static class PriceUnits
{
    /// <summary>Why a license can't have a balance in this unit; null when it can.</summary>
    public static Refusal? RefuseBalance(LicenseState state, string unit) =>
        Twin(unit, Balances(state).Concat(Prices(state, except: null))) is { } twin ? Refuse("/unit", twin) : null;

    /// <summary>Why a license can't have a feature at a price in this unit; null when it can.</summary>
    public static Refusal? RefusePrice(LicenseState state, string featureCode, string? unit) =>
        Twin(unit, Balances(state).Concat(Prices(state, featureCode))) is { } twin ? Refuse("/price/unit", twin) : null;

    /// <summary>The one of the other units that differs from a unit only in case; null when none does.</summary>
    public static string? Twin(string? unit, IEnumerable<string> others) =>
        unit is null ? null : others.FirstOrDefault(other => other != unit && other.Equals(unit, StringComparison.OrdinalIgnoreCase));

    private static Refusal Refuse(string pointer, string twin) =>
        Change.Invalid(pointer, $"differs only in case from the license's unit {twin}: give {twin}");

    private static IEnumerable<string> Balances(LicenseState state) => state.Balances.Select(balance => balance.Unit);

    private static IEnumerable<string> Prices(LicenseState state, string? except) =>
        // A feature that was taken away is charged no more, so its unit binds nobody.
        state.Meters.Where(meter => meter.Assigned && meter.Feature.Code != except).Select(meter => meter.Terms.PriceUnit).OfType<string>();
}
