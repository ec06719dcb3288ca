using Metering.Reports;

namespace Metering.Api;

/// <summary>What requests for exports and schedules have in common.</summary>
internal static class ExportReading
{
    /// <summary>What the host brings along; one that brings nothing has no such routes.</summary>
    /// <exception cref="ProblemException">It brings nothing.</exception>
    public static ExportPorts Ports(ExportPorts? ports) =>
        ports ?? throw new ProblemException(new Problem(ProblemCode.NotFound, "This host has no exports."));

    /// <summary>A name of an enum that must be there.</summary>
    public static T Required<T>(FieldErrors errors, string pointer, string? text)
        where T : struct, Enum
    {
        errors.Require(text is not null, pointer, $"is required: one of {EnumNames.Listed<T>()}");
        return Texts.OneOf<T>(errors, pointer, text, default);
    }

    /// <summary>Checks what a file is like.</summary>
    public static void CheckFile(FieldErrors errors, ExportFormat format, ExportCompression compress, string? name)
    {
        errors.Require(
            format != ExportFormat.Parquet || compress == ExportCompression.None, "/compress", "must be none: Parquet compresses itself");
        if (name is not null && ExportNames.WhyNot(name) is { } why)
        {
            errors.Add("/name", why);
        }
    }

    /// <summary>Sees that there is such a tenant.</summary>
    /// <exception cref="ProblemException">It has and had no license.</exception>
    public static async ValueTask CheckTenantAsync(ILicenseDirectory directory, string? tenantId, CancellationToken cancellationToken)
    {
        if (tenantId is not null && await directory.WalkAsync(tenantId, null, 1, cancellationToken).ConfigureAwait(false) is [])
        {
            throw new ProblemException(new Problem(RefusalCode.LicenseNotFound, $"The tenant {tenantId} has no license."));
        }
    }
}
