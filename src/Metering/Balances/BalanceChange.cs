using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What <see cref="ChangeBalance"/> does.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<BalanceChange>))]
public enum BalanceChange
{
    /// <summary>Put credit in.</summary>
    TopUp,

    /// <summary>Take credit out; no more than is available.</summary>
    Withdraw,

    /// <summary>Refuse priced use until resumed.</summary>
    Suspend,

    /// <summary>Allow priced use again.</summary>
    Resume,
}
