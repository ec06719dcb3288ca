namespace Metering.Reports;

/// <summary>Which bill is asked for.</summary>
/// <param name="TenantId">The customer.</param>
/// <param name="From">Periods that end after this, UTC; null: <see cref="DefaultDays"/> days before <see cref="To"/>.</param>
/// <param name="To">Periods that end at this or before, UTC; null: now, with the periods that are open.</param>
public sealed record BillingQuery(string TenantId, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>How many days a bill spans where nobody says.</summary>
    public const int DefaultDays = 31;
}
