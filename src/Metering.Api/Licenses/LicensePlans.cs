using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>Commands that are made from the terms of a license's plans, and the plans that a request asks for.</summary>
public sealed class LicensePlans(NotedMeters meters, ICatalogStore store)
{
    private const int MaxAttempts = 5;

    /// <summary>The terms of a license's plans, in the versions that it is on.</summary>
    private static ImmutableArray<PlanTerms> PlansOf(LicenseState state, CatalogSnapshot catalog) =>
        [.. state.Plans.Select(plan => catalog.FindPlan(plan.PlanId, plan.Version)).Where(plan => plan is not null).Select(
            plan => catalog.Resolve(plan!))];

    /// <summary>
    /// Applies a command that is made from the terms of the license's plans. Where they were changed before the command came to the
    /// license's writer, it is made anew from what they are then.
    /// </summary>
    /// <returns>
    /// What it came to; <see cref="ApplyStatus.Busy"/> when others change the plans all the time, or this host's catalog does not know them
    /// yet.
    /// </returns>
    public async ValueTask<ApplyResult> ApplyAsync(
        string licenseId, Func<ImmutableArray<PlanTerms>, Command> make, Once? once, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } state)
            {
                return ApplyResult.LicenseNotFound;
            }

            // After the state: a version is published before a license can be on it, so the catalog has it by now, unless it comes from a
            // host's memory.
            var snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
            var result = await meters.ApplyAsync(licenseId, make(PlansOf(state, snapshot)), once, cancellationToken).ConfigureAwait(false);
            // No lock: the writer compares the plans that the command was made from with its own, and refuses where they differ.
            if (result.Answer is not Refusal { Code: RefusalCode.PlansChanged })
            {
                return result;
            }
        }

        return ApplyResult.Busy;
    }

    /// <summary>The plans that a request asks for: <c>plan_id</c> alone, or all of <c>plans</c>; without either, null.</summary>
    internal static ImmutableArray<PlanTerms>? Read(string? planId, string?[]? plans, CatalogSnapshot catalog, FieldErrors errors)
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
