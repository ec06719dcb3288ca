namespace Metering.Api;

/// <summary>Moves one license to another version of a plan that it is on. A migration, in whatever way a host runs it, is this for each license.</summary>
public sealed class PlanMigration(NotedMeters meters, ICatalogStore catalog)
{
    /// <summary>Moves a license. One that is on the version already, or not on the plan, is left alone; so it may be done again.</summary>
    /// <returns>Whether the license was moved.</returns>
    /// <exception cref="StoreUnavailableException">The license could not be moved now.</exception>
    public async ValueTask<bool> MoveAsync(string licenseId, string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken)
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

        var snapshot = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        var target = snapshot.FindPlan(planId, toVersion)
            ?? throw new InvalidOperationException($"The plan {planId} has no version {toVersion}.");
        var plans = Licenses.PlansOf(state!, snapshot).RemoveAll(plan => plan.PlanId == planId || plan.Group == target.Group).Add(snapshot.Resolve(target));
        var result = await meters.ApplyAsync(licenseId, new SetPlans { Plans = plans }, once: null, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Status: ApplyStatus.Busy } => throw new StoreUnavailableException($"The license {licenseId} is busy."),

            // A license that was deleted meanwhile refuses, and needs no plan.
            { Status: ApplyStatus.LicenseNotFound } or { Answer: Refusal } => false,
            _ => true,
        };
    }
}
