using Metering.Reports;

namespace Metering.Api;

/// <summary>Why a report is not made, as a problem document.</summary>
internal static class ReportProblems
{
    public static Problem Of(ReportRefusedException refused) => refused.Refusal switch
    {
        ReportRefusal.Unknown => new Problem(ProblemCode.FeatureNotFound, refused.Message),
        ReportRefusal.NoLicense => new Problem(RefusalCode.LicenseNotFound, refused.Message),
        ReportRefusal.EvidenceRemoved => Field(refused, ProblemCode.EvidenceRemoved, "A part of the evidence of the span was removed."),
        _ when refused.Pointer.Length == 0 => new Problem(RefusalCode.InvalidRequest, refused.Message),
        _ => Problem.Field(refused.Pointer, refused.Message),
    };

    private static Problem Field(ReportRefusedException refused, string code, string detail) =>
        new(code, detail) { Errors = [new FieldError(refused.Pointer, refused.Message)] };
}
