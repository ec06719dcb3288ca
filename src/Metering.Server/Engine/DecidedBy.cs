using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Server.Engine;

/// <summary>
/// With what commands were decided. The journal carries it, because a command is decided again when the journal is replayed, and must
/// then come to what was acknowledged, whatever the operator has set since.
/// </summary>
/// <param name="Rules">What the operator had set of the domain's rules.</param>
/// <param name="Code">The version of the deciding code: its number, and what tells one build of it from another.</param>
internal sealed record DecidedBy(MeterRules Rules, string Code)
{
    /// <summary>The deciding code of this process.</summary>
    internal static readonly string ThisCode = CodeOf(typeof(LicenseMeter).Assembly);

    /// <summary>With these rules, by this code.</summary>
    internal static DecidedBy Now(MeterRules rules) => new(rules, ThisCode);

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, DecidedByJson.Default.DecidedBy);

    /// <exception cref="JsonException">The bytes are not what <see cref="ToBytes"/> wrote.</exception>
    internal static DecidedBy FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, DecidedByJson.Default.DecidedBy) is { Rules: not null, Code: not null } decidedBy
            ? decidedBy
            : throw new JsonException("The journal does not say with what it was decided.");

    private static string CodeOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return $"{version} build {assembly.ManifestModule.ModuleVersionId:N}";
    }
}

/// <summary>How <see cref="DecidedBy"/> is stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DecidedBy))]
internal sealed partial class DecidedByJson : JsonSerializerContext;
