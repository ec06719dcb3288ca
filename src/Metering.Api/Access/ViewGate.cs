namespace Metering.Api;

/// <summary>
/// Keeps view tokens to their license. In one place, as for tenants: a route that does not say that customers may see it is closed to them.
/// </summary>
internal static class ViewGate
{
    /// <summary>Lets a caller with a view token go on, as far as the path tells.</summary>
    /// <exception cref="ProblemException">403 where nothing is for customers, 404 where it is another license's.</exception>
    public static void Check(ApiCall call)
    {
        if (!call.Route.IsForCustomers)
        {
            throw new ProblemException(Refused);
        }

        if (call.Path("id") is var licenseId && licenseId != call.Caller.ViewedLicenseId)
        {
            throw new ProblemException(Problem.NoLicense(licenseId));
        }
    }

    /// <summary>What a view token is told everywhere else.</summary>
    public static readonly Problem Refused = new(
        ProblemCode.Forbidden, "A view token may read how its license stands, and nothing else.");
}
