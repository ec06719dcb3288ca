namespace Metering.Api;

/// <summary>
/// Moves one license to another version of a plan that it is on. A migration, in whatever way a host runs it, is this for each license.
/// </summary>
public sealed class PlanMigration(NotedMeters meters, LicensePlans plans, ICatalogStore catalog)
{
    /// <summary>Moves a license. One that is on the version already, or not on the plan, is left alone; so it may be done again.</summary>
    /// <returns>Whether the license was moved.</returns>
    /// <exception cref="StoreUnavailableException">The license could not be moved now.</exception>
    public async ValueTask<bool> MoveAsync(
        string licenseId, string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken)
    {
        var state = await meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false);
        var present = state?.Plans.FirstOrDefault(plan => plan.PlanId == planId);
        if (present?.Version == toVersion)
        {
            // It may have been moved by a step that did not come to its end.
            await meters.NoteAsync(licenseId, cancellationToken).ConfigureAwait(false);
        }

        if (present is null || present.Version == toVersion || (fromVersion is not null && present.Version != fromVersion))
        {
            return false;
        }

        // Looked at first, because most licenses of a page need not be moved; whether this one is still to be is for its writer to say.
        var snapshot = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        var target = snapshot.Resolve(snapshot.FindPlan(planId, toVersion)
            ?? throw new InvalidOperationException($"The plan {planId} has no version {toVersion}."));
        var result = await plans.ApplyAsync(
            licenseId,
            seen => new ChangePlan { Plan = target, OnlyVersion = true, FromVersion = fromVersion, Seen = seen },
            once: null,
            cancellationToken).ConfigureAwait(false);
        return result switch
        {
            // Thrown, so that whoever runs the migration tries this license again; false would skip it for good.
            { Status: ApplyStatus.Busy } => throw new StoreUnavailableException($"The license {licenseId} is busy."),

            { Status: ApplyStatus.Failed } => throw new InvalidOperationException($"The plan of the license {licenseId} could not be changed."),

            // One that was deleted or put on another plan or version meanwhile refuses, and need not be moved.
            { Status: ApplyStatus.LicenseNotFound } or { Answer: Refusal } => false,
            _ => true,
        };
    }
}
