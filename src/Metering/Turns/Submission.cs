namespace Metering;

/// <summary>A command as it reaches its license's writer.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="Command">What is asked of it.</param>
/// <param name="Once">By what the command is recognized when it comes again; null: each time counts.</param>
public readonly record struct Submission(string LicenseId, Command Command, Once? Once);
