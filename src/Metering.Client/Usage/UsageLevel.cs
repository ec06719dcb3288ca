namespace Metering.Client;

/// <summary>How far use has come.</summary>
public enum UsageLevel
{
    /// <summary>Not known: an answer without a connection, or a level that only a newer meter has.</summary>
    Unknown,

    /// <summary>Nothing to tell.</summary>
    Normal,

    /// <summary>The first level that the terms warn at.</summary>
    Warning,

    /// <summary>Little is left.</summary>
    Critical,

    /// <summary>More than the terms include.</summary>
    OverUsage,
}
