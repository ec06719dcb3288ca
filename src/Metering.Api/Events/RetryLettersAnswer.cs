namespace Metering.Api;

/// <summary>What came of trying dead letters again.</summary>
/// <param name="Accepted">Events that count now; their letters are gone.</param>
/// <param name="Duplicates">Events that had been counted before; their letters are gone too.</param>
/// <param name="Refused">Letters that stay, and why.</param>
/// <param name="NextCursor">Where to go on; null: these were all.</param>
[Example(
    """
    {"accepted":12,"duplicates":1,"refused":[
      {"id":"dl_0199","code":"feature_not_assigned","detail":"The tenant has no license with the feature api_calls."}],
     "next_cursor":null}
    """)]
public sealed record RetryLettersAnswer(int Accepted, int Duplicates, IReadOnlyList<RefusedLetter> Refused, string? NextCursor);
