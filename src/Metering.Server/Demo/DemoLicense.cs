using System.Collections.Immutable;

namespace Metering.Server.Demo;

/// <summary>A license of the demo, and how it is used.</summary>
/// <param name="Name">The last part of its id, its key and, where no other is given, its tenant.</param>
/// <param name="Plan">The plan that it begins on; null: none.</param>
internal sealed record DemoLicense(string Name, string? Plan)
{
    private const int KeyLength = 44;

    /// <summary>By which operators name it; the same at every start.</summary>
    internal string Id => "lic_demo_" + Name;

    /// <summary>The customer that holds it.</summary>
    internal string TenantId { get => field ?? "tenant_" + Name; init; }

    /// <summary>
    /// Its secret key. Known beforehand, because only hashes are kept and the tour prints keys at every start.
    /// </summary>
    internal string Key => $"lk_demo_{Name}_".PadRight(KeyLength, '0');

    /// <summary>IANA time zone; null: UTC.</summary>
    internal string? TimeZone { get; init; }

    /// <summary>Features assigned to it beside the plan's.</summary>
    internal ImmutableArray<FeatureTerms> Features { get => field.IsDefault ? [] : field; init; }

    /// <summary>What is used day by day.</summary>
    internal ImmutableArray<Func<DemoDay, IEnumerable<Command>>> Daily { get => field.IsDefault ? [] : field; init; }

    /// <summary>What an operator does once, by the number of the day.</summary>
    internal ImmutableArray<(int Day, Func<CatalogSnapshot, Command> Command)> Once { get => field.IsDefault ? [] : field; init; }

    /// <summary>To how much use of a feature the history brings the open period at its end; null: to as much as there was.</summary>
    internal (string FeatureCode, decimal Used)? Ends { get; init; }
}
