namespace Metering.Reports;

/// <summary>From where reports are folded: the ports of a host.</summary>
/// <param name="Ledger">Entries and rollups.</param>
/// <param name="Meters">States.</param>
/// <param name="Directory">Which licenses a customer has and had.</param>
/// <param name="Rules">By what the operator has set the licenses are decided.</param>
public sealed record ReportSources(ILedger Ledger, ILicenseMeters Meters, ILicenseDirectory Directory, MeterRules Rules);
