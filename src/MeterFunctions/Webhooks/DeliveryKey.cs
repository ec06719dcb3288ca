using System.Globalization;
using Metering;

namespace MeterFunctions.Webhooks;

/// <summary>
/// The row key of a delivery: its id, which begins with its time (UUID version 7), with that time counted backwards. So a webhook's
/// newest deliveries come first, and one is found by its id alone.
/// </summary>
internal static class DeliveryKey
{
    private const string Prefix = "dlv_";
    private const int TimeDigits = 12;
    private const long LastTime = 0xFFFFFFFFFFFF;

    /// <summary>The key of an id; null when it is no delivery's.</summary>
    public static string? Of(string deliveryId)
    {
        if (deliveryId.Length != Prefix.Length + 32 || !deliveryId.StartsWith(Prefix, StringComparison.Ordinal)
            || !deliveryId.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower)
            || !long.TryParse(deliveryId.AsSpan(Prefix.Length, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out var time))
        {
            return null;
        }

        return Backwards(time) + deliveryId[(Prefix.Length + TimeDigits)..];
    }

    /// <summary>The key below which lie the deliveries that were made at a time or later.</summary>
    // ~ comes after every hex digit: what was made in this very millisecond lies below, and stays.
    public static string After(DateTimeOffset time) => Backwards(time.ToUnixTimeMilliseconds()) + "~";

    /// <summary>The place of a signal's delivery in its queue: signals come in the order of the ledger, whoever takes them.</summary>
    public static string PlaceOf(Signal signal) => string.Create(CultureInfo.InvariantCulture, $"s{signal.Sequence:D19}.{signal.Ordinal:D5}");

    /// <summary>
    /// The place of a delivery that somebody asked for: in the order of time, and before the signals that wait, as what is sent again is
    /// older.
    /// </summary>
    public static string PlaceOf(Delivery delivery) => delivery.Id;

    private static string Backwards(long time) => (LastTime - time).ToString("x12", CultureInfo.InvariantCulture);
}
