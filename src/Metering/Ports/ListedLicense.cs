using System.Text.Json;

namespace Metering;

/// <summary>A license as a list of the directory has it: to be shown. Nothing may be decided on it.</summary>
/// <param name="Id">Its id, <c>lic_…</c>.</param>
/// <param name="TenantId">The customer that holds it.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="Metadata">What the operator wants kept with it: a JSON object.</param>
/// <param name="Standing">
/// Its status and what it is on, as its state said when the directory last noted it; null where the directory notes nothing, so that the
/// state has to be read. Its time is not told.
/// </param>
public sealed record ListedLicense(string Id, string TenantId, DateTimeOffset CreatedAt, JsonElement? Metadata, LicenseAnswer? Standing)
{
    /// <summary>What a record says, and a note of the state.</summary>
    public static ListedLicense Of(LicenseRecord license, LicenseAnswer? standing)
    {
        ArgumentNullException.ThrowIfNull(license);
        return new(license.Id, license.TenantId, license.CreatedAt, license.Metadata, standing);
    }
}
