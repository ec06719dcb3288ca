using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Metering.Client;

namespace Metering.Cli.Events.Import;

/// <summary>Makes an event of the texts that a row has for its fields.</summary>
internal static partial class EventFields
{
    /// <summary>A column or field whose name begins so is no part of the event: rejected rows have such ones.</summary>
    public const char Aside = '_';

    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tenant_id"] = "tenant_id",
        ["tenant"] = "tenant_id",
        ["license_id"] = "license_id",
        ["license"] = "license_id",
        ["metric"] = "metric",
        ["feature"] = "metric",
        ["feature_code"] = "metric",
        ["quantity"] = "quantity",
        ["amount"] = "quantity",
        ["user_id"] = "user_id",
        ["user"] = "user_id",
        ["event_id"] = "event_id",
        ["id"] = "event_id",
        ["occurred_at"] = "occurred_at",
        ["time"] = "occurred_at",
        ["timestamp"] = "occurred_at",
        ["key"] = "key",
        ["metadata"] = "metadata",
    };

    public static IEnumerable<string> Names => Known.Values.Distinct();

    /// <summary>The field of an event that a name stands for; null: none.</summary>
    public static string? Field(string name) => Known.GetValueOrDefault(name.Trim());

    /// <summary>An event, or why it is none.</summary>
    /// <param name="value">The text of a field; null where the row has none.</param>
    /// <param name="defaults">What rows get that don't say it themselves.</param>
    /// <param name="madeId">The id of a row that brings none.</param>
    public static (UsageEvent? Event, string? Fault) Read(Func<string, string?> value, ImportDefaults defaults, string madeId)
    {
        var (tenant, license) = (value("tenant_id") ?? defaults.TenantId, value("license_id") ?? defaults.LicenseId);
        if (tenant is null && license is null)
        {
            return (null, "it names neither a customer nor a license");
        }

        if ((value("metric") ?? defaults.Metric) is not { } metric)
        {
            return (null, "it names no feature");
        }

        decimal? quantity = null;
        if (value("quantity") is { } number)
        {
            if (!decimal.TryParse(
                number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out var read))
            {
                return (null, $"the quantity '{number}' is not a number such as 12.5");
            }

            quantity = read;
        }

        DateTimeOffset? occurred = null;
        if (value("occurred_at") is { } time)
        {
            if (!YearFirst().IsMatch(time) || !DateTimeOffset.TryParse(
                time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read))
            {
                return (null, $"the time '{time}' is not one such as 2026-11-01T12:00:00Z");
            }

            occurred = read;
        }

        JsonElement? metadata = null;
        if (value("metadata") is { } json)
        {
            try
            {
                metadata = JsonElement.Parse(json);
            }
            catch (JsonException)
            {
                return (null, "the metadata is not a JSON object");
            }
        }

        return (new UsageEvent
        {
            TenantId = tenant,
            LicenseId = license,
            Metric = metric,
            Quantity = quantity,
            UserId = value("user_id"),
            EventId = value("event_id") ?? madeId,
            OccurredAt = occurred,
            Key = value("key"),
            Metadata = metadata,
        }, null);
    }

    // 03/11/2026 is November for some and March for others, and use on the wrong day can't be taken back.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([T ]|$)")]
    private static partial Regex YearFirst();
}
