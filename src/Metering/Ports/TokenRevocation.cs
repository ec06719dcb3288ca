namespace Metering;

/// <summary>What came of revoking a token.</summary>
public enum TokenRevocation
{
    /// <summary>It is gone.</summary>
    Revoked,

    /// <summary>There is no token with this id.</summary>
    NotFound,

    /// <summary>It comes from the configuration; it stays, and is taken away there.</summary>
    Configured,

    /// <summary>No other token may manage; it stays, because nobody could get in any more.</summary>
    LastManager,
}
