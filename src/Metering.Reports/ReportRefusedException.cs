namespace Metering.Reports;

/// <summary>
/// A report that is not made: what was asked for is not valid, too large for one request, or its evidence is gone. The caller's fault, and
/// told to the caller.
/// </summary>
// An exception and no result, because it is found in the middle of a fold, below licenses that are read side by side.
public sealed class ReportRefusedException : Exception
{
    /// <summary>A report that is not made.</summary>
    public ReportRefusedException()
        : this(ReportRefusal.Invalid, "", "The report can't be made.")
    {
    }

    /// <summary>A report that is not made.</summary>
    /// <param name="message">Why, for people.</param>
    public ReportRefusedException(string message)
        : this(ReportRefusal.Invalid, "", message)
    {
    }

    /// <summary>A report that is not made.</summary>
    /// <param name="message">Why, for people.</param>
    /// <param name="innerException">What it came from.</param>
    public ReportRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
        Pointer = "";
    }

    /// <summary>A report that is not made.</summary>
    /// <param name="refusal">What kind of fault it is.</param>
    /// <param name="pointer">Which field is at fault, as a JSON pointer; empty: none.</param>
    /// <param name="message">Why, for people.</param>
    public ReportRefusedException(ReportRefusal refusal, string pointer, string message)
        : base(message)
    {
        Refusal = refusal;
        Pointer = pointer;
    }

    /// <summary>What kind of fault it is.</summary>
    public ReportRefusal Refusal { get; }

    /// <summary>Which field is at fault, as a JSON pointer; empty: none.</summary>
    public string Pointer { get; }

    internal static ReportRefusedException Field(string pointer, string message) => new(ReportRefusal.Invalid, pointer, message);

    internal static ReportRefusedException Unknown(string message) => new(ReportRefusal.Unknown, "", message);

    internal static ReportRefusedException Removed(DateTimeOffset kept) => new(
        ReportRefusal.EvidenceRemoved, "/from",
        FormattableString.Invariant($"must be {kept:yyyy-MM-ddTHH:mm:ss.fffZ} or later: the evidence from before that was removed"));
}
