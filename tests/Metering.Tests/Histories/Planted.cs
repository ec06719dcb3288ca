namespace Metering.Tests.Histories;

/// <summary>What a host may do wrong.</summary>
internal enum Planted
{
    Nothing,

    /// <summary>Two commands are decided on the same state, and the second to commit wins.</summary>
    LostUpdate,

    /// <summary>A key is not found that was counted a moment ago.</summary>
    ForgottenKey,

    /// <summary>A refusal was decided on a state that was not the last one any more.</summary>
    StaleRefusal,

    /// <summary>A read shows what was before.</summary>
    StaleRead,

    /// <summary>A repeat is told how things stand now, and not what the first one was told.</summary>
    WrongRepeat,

    /// <summary>A command whose caller went away is tried again, though it had been counted.</summary>
    CountedAgain,
}
