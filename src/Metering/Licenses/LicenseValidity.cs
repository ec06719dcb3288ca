namespace Metering;

/// <summary>Whether a license may be used at all, whatever its usage (rule 12).</summary>
internal static class LicenseValidity
{
    /// <summary>Why the license may not be used, whatever its usage (rule 12); null when it may.</summary>
    public static string? Invalidity(LicenseState state, DateTimeOffset now) => state switch
    {
        { Deleted: true } => RefusalCode.LicenseNotFound,
        { Suspended: true } => RefusalCode.LicenseSuspended,
        { ExpiresAt: { } expiry } when expiry <= now => RefusalCode.LicenseExpired,
        _ => null,
    };

    /// <summary>The refusal of a use of a license that may not be used; null when it may.</summary>
    public static Refusal? Refuse(Change change) => Invalidity(change.State, change.Now) switch
    {
        null => null,
        RefusalCode.LicenseNotFound => Gone,
        RefusalCode.LicenseSuspended => Change.Refuse(RefusalCode.LicenseSuspended, "The license is suspended."),
        _ => Change.Refuse(RefusalCode.LicenseExpired, "The license has expired."),
    };

    /// <summary>The refusal of anything on a license that was deleted.</summary>
    public static Refusal Gone => Change.Refuse(RefusalCode.LicenseNotFound, "There is no such license.");
}
