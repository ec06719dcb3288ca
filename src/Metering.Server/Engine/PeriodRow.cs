namespace Metering.Server.Engine;

/// <summary>A record of a closed period to be written; or, without one, records that a clock which was set back takes back.</summary>
/// <param name="Cell">The license.</param>
/// <param name="Record">The record; null: those that are taken back go.</param>
/// <param name="SetBackTo">To when the clock was set back, UTC.</param>
internal readonly record struct PeriodRow(LicenseCell Cell, FeaturePeriod? Record, DateTimeOffset SetBackTo);
