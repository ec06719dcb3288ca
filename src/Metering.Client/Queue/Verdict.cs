namespace Metering.Client;

/// <summary>Whether a record of a queue is at fault when a request with it is refused.</summary>
internal static class Verdict
{
    /// <summary>
    /// Whether the record will never be taken. All else can be mended without it, and it waits for that: a credential, an address, a
    /// limit of logins, a proxy. Only of a record's size a proxy's word is as good as the meter's.
    /// </summary>
    public static bool IsOfRecord(MeteringProblemException problem) => problem switch
    {
        { Status: 401 or 403 or 429 } => false,
        { Code: "not_found" or "method_not_allowed" } => false,
        { Code: ProblemDocument.UnknownCode } => problem.Status is 413 or 414 or 431,
        _ => true,
    };
}
