using System.Collections.Immutable;

namespace Metering.Reports;

/// <summary>How a customer's quotas of one feature stand.</summary>
/// <param name="Licenses">Each license that has the feature now, in the order of their creation.</param>
/// <param name="Together">All of them together.</param>
public sealed record QuotaReport(ImmutableArray<LicenseQuota> Licenses, QuotaTotal Together);
