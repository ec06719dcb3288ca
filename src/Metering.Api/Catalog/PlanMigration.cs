using Microsoft.Extensions.Logging;

namespace Metering.Api;

/// <summary>
/// Moves one license to another version of a plan that it is on. A migration, in whatever way a host runs it, is this for each license.
/// </summary>
public sealed class PlanMigration(NotedMeters meters, LicensePlans plans, ICatalogStore catalog, ILogger<PlanMigration> logger)
{
    /// <summary>Moves a license, unless a fault of its own keeps it where it is: that is logged, and the others can go on.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="migration">The migration that came to it.</param>
    /// <param name="mayPass">Which other faults may be over at another try; null: none. They are thrown.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">The license could not be moved now.</exception>
    /// <exception cref="UnknownFormatException">Another version has to be deployed first.</exception>
    public async ValueTask<MoveResult> TryMoveAsync(
        string licenseId, Migration migration, Predicate<Exception>? mayPass, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(migration);
        try
        {
            var (plan, from, to) = (migration.PlanId, migration.FromVersion, migration.ToVersion);
            return await MoveAsync(licenseId, plan, from, to, cancellationToken).ConfigureAwait(false)
                ? MoveResult.Moved
                : MoveResult.LeftAlone;
        }
#pragma warning disable CA1031 // A license whose rows are damaged must not keep all others; it is logged, and the next one has its turn.
        catch (Exception fault) when (
            fault is not (StoreUnavailableException or OperationCanceledException or UnknownFormatException)
            && mayPass?.Invoke(fault) != true)
#pragma warning restore CA1031
        {
            logger.LicenseNotMigrated(fault, licenseId, migration.Id, migration.PlanId);
            return MoveResult.Failed;
        }
    }

    /// <summary>Moves a license. One that is on the version already, or not on the plan, is left alone; so it may be done again.</summary>
    /// <returns>Whether the license was moved.</returns>
    /// <exception cref="StoreUnavailableException">The license could not be moved now.</exception>
    private async ValueTask<bool> MoveAsync(
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
