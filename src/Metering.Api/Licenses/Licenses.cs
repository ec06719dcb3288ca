namespace Metering.Api;

/// <summary>Finds licenses and their state.</summary>
internal sealed class Licenses(ILicenseMeters meters, ILicenseDirectory directory, MeterRules rules)
{
    /// <summary>What a license has counted and may use, be it deleted.</summary>
    /// <exception cref="ProblemException">There is no such license.</exception>
    public async ValueTask<LicenseState> StateAsync(string licenseId, CancellationToken cancellationToken) =>
        await meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false)
        ?? throw new ProblemException(Problem.NoLicense(licenseId));

    /// <summary>What the directory knows of a license, be it deleted.</summary>
    /// <exception cref="ProblemException">There is no such license.</exception>
    public async ValueTask<LicenseRecord> RecordAsync(string licenseId, CancellationToken cancellationToken) =>
        await directory.FindAsync(licenseId, cancellationToken).ConfigureAwait(false)
        ?? throw new ProblemException(Problem.NoLicense(licenseId));

    /// <summary>The license that the path names, not deleted.</summary>
    /// <exception cref="ProblemException">There is no such license.</exception>
    public async ValueTask<LicenseRecord> OfPathAsync(ApiCall call)
    {
        var license = await RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        return license.Deleted ? throw new ProblemException(Problem.NoLicense(license.Id)) : license;
    }

    /// <summary>How a license stands now, as answers show it.</summary>
    public async ValueTask<LicenseView> ViewAsync(LicenseRecord license, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await StateAsync(license.Id, cancellationToken).ConfigureAwait(false);
        return LicenseView.Of(license, state, now, rules);
    }

    /// <summary>Changes what the directory knows of a license, one change at a time.</summary>
    /// <exception cref="ProblemException">There is no such license; it may have been deleted since it was found.</exception>
    public async ValueTask<LicenseRecord> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken)
    {
        var license = await directory
            // Asked within the change itself: the license may have been deleted since it was found.
            .ChangeAsync(licenseId, known => known.Deleted ? known : change(known), cancellationToken).ConfigureAwait(false);
        return license is null or { Deleted: true } ? throw new ProblemException(Problem.NoLicense(licenseId)) : license;
    }
}
