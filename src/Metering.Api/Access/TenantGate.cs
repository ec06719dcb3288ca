namespace Metering.Api;

/// <summary>
/// Keeps tokens of one tenant to it. Before the route does anything, and in one place: a route that says nothing of tenants is closed to
/// them, so none that is added later is open by mistake.
/// </summary>
internal sealed class TenantGate(ILicenseDirectory directory)
{
    /// <summary>Lets a caller of one tenant go on, as far as the path tells.</summary>
    /// <exception cref="ProblemException">403 where nothing is a tenant's own, 404 where something is another's or is not there.</exception>
    public async ValueTask CheckAsync(ApiCall call)
    {
        var tenantId = call.Caller.TenantId!;
        switch (call.Route.Tenants)
        {
            case TenantReach.TenantOfPath:
                RequireTenant(call, call.Path("tenant"));
                break;
            case TenantReach.LicenseOfPath:
                await RequireLicenseAsync(tenantId, call.Path("id"), call.Aborted).ConfigureAwait(false);
                break;
            case TenantReach.Part:
                break;
            default:
                throw new ProblemException(new Problem(
                    ProblemCode.Forbidden, $"The token may send and read use of the tenant {tenantId}, and nothing else."));
        }
    }

    /// <summary>Whether a license is of a tenant; deleted ones count, because their evidence stays theirs.</summary>
    public async ValueTask<bool> IsOfAsync(string tenantId, string licenseId, CancellationToken cancellationToken) =>
        await directory.FindAsync(licenseId, cancellationToken).ConfigureAwait(false) is { } license && license.TenantId == tenantId;

    /// <summary>Lets a caller that may ask for a tenant go on.</summary>
    /// <exception cref="ProblemException">404, the same whether there is such a tenant or not.</exception>
    public static void RequireTenant(ApiCall call, string tenantId)
    {
        if (call.Caller.TenantId is { } own && own != tenantId)
        {
            throw new ProblemException(new Problem(RefusalCode.LicenseNotFound, "The tenant has no license."));
        }
    }

    private async ValueTask RequireLicenseAsync(string tenantId, string licenseId, CancellationToken cancellationToken)
    {
        if (!await IsOfAsync(tenantId, licenseId, cancellationToken).ConfigureAwait(false))
        {
            throw new ProblemException(Problem.NoLicense(licenseId));
        }
    }
}
