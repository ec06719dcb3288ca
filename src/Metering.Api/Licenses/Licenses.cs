using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>Finds licenses, their state, and the plans that they are to have.</summary>
internal static class Licenses
{
    private const int PlanAttempts = 5;

    /// <summary>A license's state.</summary>
    /// <exception cref="ProblemException">There is no such license.</exception>
    public static async ValueTask<LicenseState> StateAsync(ApiCall call, string licenseId) =>
        await call.Ports.Meters.ReadAsync(licenseId, call.Aborted).ConfigureAwait(false)
        ?? throw new ProblemException(Problem.NoLicense(licenseId));

    /// <summary>What the directory knows of a license, be it deleted.</summary>
    /// <exception cref="ProblemException">There is no such license.</exception>
    public static async ValueTask<LicenseRecord> RecordAsync(ApiCall call, string licenseId) =>
        await call.Ports.Directory.FindAsync(licenseId, call.Aborted).ConfigureAwait(false)
        ?? throw new ProblemException(Problem.NoLicense(licenseId));

    /// <summary>The license that the path names, not deleted.</summary>
    /// <exception cref="ProblemException">There is no such license.</exception>
    public static async ValueTask<LicenseRecord> OfPathAsync(ApiCall call)
    {
        var license = await RecordAsync(call, call.Path("id")).ConfigureAwait(false);
        return license.Deleted ? throw new ProblemException(Problem.NoLicense(license.Id)) : license;
    }

    /// <summary>How a license stands now, as answers show it.</summary>
    public static async ValueTask<LicenseView> ViewAsync(ApiCall call, LicenseRecord license)
    {
        var state = await StateAsync(call, license.Id).ConfigureAwait(false);
        return LicenseView.Of(license, state, call.Now);
    }

    /// <summary>The terms of a license's plans, in the versions that it is on.</summary>
    public static ImmutableArray<PlanTerms> PlansOf(LicenseState state, CatalogSnapshot catalog) =>
        [.. state.Plans.Select(plan => catalog.FindPlan(plan.PlanId, plan.Version)).Where(plan => plan is not null).Select(plan => catalog.Resolve(plan!))];

    /// <summary>
    /// Applies a command that is made from the terms of the license's plans. Where they were changed before the command came to the license's
    /// writer, it is made anew from what they are then.
    /// </summary>
    /// <returns>What it came to; <see cref="ApplyStatus.Busy"/> when others change the plans all the time, or this host's catalog does not know them yet.</returns>
    public static async ValueTask<ApplyResult> ApplyOnPlansAsync(
        ILicenseMeters meters,
        ICatalogStore catalog,
        string licenseId,
        Func<ImmutableArray<PlanTerms>, Command> make,
        Once? once,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < PlanAttempts; attempt++)
        {
            if (await meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } state)
            {
                return ApplyResult.LicenseNotFound;
            }

            var snapshot = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
            var result = await meters.ApplyAsync(licenseId, make(PlansOf(state, snapshot)), once, cancellationToken).ConfigureAwait(false);
            if (result.Answer is not Refusal { Code: RefusalCode.PlansChanged })
            {
                return result;
            }
        }

        return ApplyResult.Busy;
    }

    /// <summary>The plans that a request asks for: <c>plan_id</c> alone, or all of <c>plans</c>; without either, null.</summary>
    public static ImmutableArray<PlanTerms>? PlansFor(string? planId, string?[]? plans, CatalogSnapshot catalog, FieldErrors errors)
    {
        if (planId is not null)
        {
            errors.Require(plans is null, "/plans", "must not be given together with plan_id");
            return Find(planId, "/plan_id", catalog, errors) is { } plan ? [plan] : null;
        }

        if (plans is null)
        {
            return null;
        }

        var groups = new HashSet<string>(StringComparer.Ordinal);
        var found = ImmutableArray.CreateBuilder<PlanTerms>(plans.Length);
        for (var i = 0; i < plans.Length; i++)
        {
            var plan = Find(plans[i], $"/plans/{i}", catalog, errors);
            if (plan is not null && errors.Require(groups.Add(plan.Group), $"/plans/{i}", $"is a second plan of the group {plan.Group}"))
            {
                found.Add(plan);
            }
        }

        return found.ToImmutable();
    }

    private static PlanTerms? Find(string? planId, string pointer, CatalogSnapshot catalog, FieldErrors errors)
    {
        var plan = planId is null ? null : catalog.FindPlan(planId);
        errors.Require(plan is not null, pointer, "is not a plan of the catalog");
        return plan is null ? null : catalog.Resolve(plan);
    }
}
