namespace Metering;

/// <summary>Brings commands to the single writer of a license's state. The port that makes a host a host.</summary>
public interface ILicenseMeters
{
    /// <summary>Applies one command, once. When the answer is returned, what it counted is durable (rule 9).</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="command">The command.</param>
    /// <param name="once">By what it is recognized when it comes again; null: it is not.</param>
    /// <param name="cancellationToken">Stops the wait, not the command.</param>
    ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken);

    /// <summary>The state as it was last made durable; null when the license has none. Reading changes nothing.</summary>
    ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken);
}
