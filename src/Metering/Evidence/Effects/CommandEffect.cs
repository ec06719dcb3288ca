using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// What a command changed besides what its entries say in numbers. It is evidence for <c>verify</c> alone: whoever stores entries
/// stores it with them, and nobody else looks into it.
/// </summary>
[JsonConverter(typeof(CommandEffectJsonConverter))]
public sealed class CommandEffect : IEquatable<CommandEffect>
{
    internal CommandEffect(LicenseEffect license) => License = license;

    internal LicenseEffect License { get; }

    /// <summary>Whether two effects are stored alike.</summary>
    // By what is stored, because arrays and dictionaries within are equal only to themselves.
    public bool Equals(CommandEffect? other) => other is not null && Stored().AsSpan().SequenceEqual(other.Stored());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CommandEffect);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(License.Meters?.Length, License.Balances?.Length);

    private byte[] Stored() => JsonSerializer.SerializeToUtf8Bytes(License, EffectJson.Default.LicenseEffect);
}
