namespace Metering.Server.Engine;

/// <summary>What is sent to a shard.</summary>
/// <param name="licenseId">The license that it concerns.</param>
internal abstract class ShardRequest(string licenseId)
{
    internal string LicenseId { get; } = licenseId;
}

/// <summary>Asks for a license's state to be brought into memory.</summary>
internal sealed class LoadRequest(string licenseId) : ShardRequest(licenseId)
{
    private readonly TaskCompletionSource<LicenseState?> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<LicenseState?> Loaded => _loaded.Task;

    internal void Complete(LicenseState? state) => _loaded.TrySetResult(state);

    internal void Fail(Exception cause) => _loaded.TrySetException(cause);
}
