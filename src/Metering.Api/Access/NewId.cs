using System.Buffers.Text;
using System.Security.Cryptography;

namespace Metering.Api;

/// <summary>The one place that makes ids and secret keys.</summary>
internal static class NewId
{
    /// <summary>What a license's id begins with.</summary>
    public const string LicensePrefix = "lic_";

    private const string KeyPrefix = "lk_";
    // The alphabet of Base32 (RFC 4648) in lower case: five bits a letter, so 24 of them are 120 random bits. No two instances need to ask
    // each other whether an id is taken.
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 24;

    public static string License() => LicensePrefix + RandomNumberGenerator.GetString(Letters, Length);

    public static string Event() => "evt_" + RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>Ids of dead letters rise with time.</summary>
    public static string DeadLetter(DateTimeOffset now) => "dl_" + Guid.CreateVersion7(now).ToString("N");

    public static string Webhook() => "whk_" + RandomNumberGenerator.GetString(Letters, Length);

    public static string Token() => "tok_" + RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>Ids of migrations rise with time.</summary>
    public static string Migration() => "mig_" + Guid.CreateVersion7().ToString("N");

    public static string Export() => "exp_" + RandomNumberGenerator.GetString(Letters, Length);

    public static string ExportSchedule() => "sch_" + RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>A license's secret key: 32 random bytes, derived from nothing, so that nobody can compute it.</summary>
    public static string LicenseKey() => KeyPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
