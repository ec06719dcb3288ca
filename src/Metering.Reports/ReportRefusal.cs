namespace Metering.Reports;

/// <summary>Why a report is not made.</summary>
public enum ReportRefusal
{
    /// <summary>What was asked for is not valid, or too large for one request.</summary>
    Invalid,

    /// <summary>The customer has no license with this feature.</summary>
    Unknown,

    /// <summary>The customer has no license, or there is no such license.</summary>
    NoLicense,

    /// <summary>A part of the evidence has been removed, because its retention is over.</summary>
    EvidenceRemoved,
}
