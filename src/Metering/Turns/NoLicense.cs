namespace Metering;

/// <summary>There is no state of the license yet, and the command does not open it.</summary>
public sealed record NoLicense : TurnResult
{
    internal static readonly NoLicense Instance = new();

    private NoLicense()
    {
    }

    /// <inheritdoc/>
    public override ApplyResult ToApplyResult() => ApplyResult.LicenseNotFound;
}
