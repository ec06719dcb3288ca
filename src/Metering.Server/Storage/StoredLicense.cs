namespace Metering.Server.Storage;

/// <summary>A license's row as the store has it.</summary>
/// <param name="Key">What stands for the license in the other tables.</param>
/// <param name="State">Its state.</param>
internal sealed record StoredLicense(long Key, LicenseState State);
