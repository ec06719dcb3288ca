using System.Collections.Immutable;
using Metering.Api.Tests.Recent;

namespace Metering.Api.Tests.Overview;

/// <summary>Meters that take their time to read many states.</summary>
internal sealed class SlowMeters(ILicenseMeters meters, StillTime time, TimeSpan takes) : ILicenseMeters
{
    public ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken) =>
        meters.ApplyAsync(licenseId, commands, cancellationToken);

    public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
        meters.ReadAsync(licenseId, cancellationToken);

    public ValueTask<IReadOnlyList<LicenseState?>> ReadManyAsync(IReadOnlyList<string> licenseIds, CancellationToken cancellationToken)
    {
        time.Advance(takes);
        return meters.ReadManyAsync(licenseIds, cancellationToken);
    }
}
