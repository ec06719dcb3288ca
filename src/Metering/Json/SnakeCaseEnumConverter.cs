using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Writes an enum as the contract does: <c>over_usage</c>; numbers are not accepted.</summary>
/// <typeparam name="T">The enum.</typeparam>
// No numbers: they would let values in that no member has, and would change their meaning with the members' order.
public sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(EnumNames.Naming, allowIntegerValues: false)
    where T : struct, Enum;
