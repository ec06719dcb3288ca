using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>
/// The host's meters; and after every command that may have changed which features a license has, the directory notes them. The state is
/// the truth, and the note is made from it, so a note that a crash left out is made up for by the next such command, a repeat of the same
/// one included.
/// </summary>
public sealed class NotedMeters(ILicenseMeters meters, ILicenseDirectory directory, EventLicenses licenses) : ILicenseMeters
{
    // Far more than wait at any time. What is beyond is noted by the license's next change of features.
    private const int MaxNotNoted = 10_000;

    // Licenses whose last note failed here. The next command that is noted at all notes them, even if it finds everything done.
    private readonly ConcurrentDictionary<string, bool> _notNoted = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken) =>
        LeavesFeatures(command)
            ? meters.ApplyAsync(licenseId, command, once, cancellationToken)
            : ApplyAndNoteAsync(licenseId, command, once, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken)
    {
        var results = await meters.ApplyAsync(licenseId, commands, cancellationToken).ConfigureAwait(false);

        // One note for all of them, because it is made from the state after the last.
        if (commands.Zip(results).Any(done => !LeavesFeatures(done.First.Command) && MayHaveChanged(done.Second)))
        {
            await NoteAsync(licenseId, CancellationToken.None).ConfigureAwait(false);
        }

        return results;
    }

    /// <inheritdoc/>
    public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
        meters.ReadAsync(licenseId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LicenseState?>> ReadManyAsync(IReadOnlyList<string> licenseIds, CancellationToken cancellationToken) =>
        meters.ReadManyAsync(licenseIds, cancellationToken);

    /// <summary>Makes a license's state without a note: <see cref="AddAsync"/> writes that with the directory's entry.</summary>
    public ValueTask<ApplyResult> OpenAsync(OpenLicense command, Once once, CancellationToken cancellationToken) =>
        meters.ApplyAsync(command.LicenseId, command, once, cancellationToken);

    /// <summary>Adds a license whose state has been made to the directory, with a note of its features.</summary>
    /// <param name="license">The license.</param>
    /// <param name="answer">Gives the answer to remember with it, if there is one, from its state.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The directory's entry with that id; one that was there stays as it was.</returns>
    public async ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, Func<LicenseState, KeyedAnswer?> answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var state = await meters.ReadAsync(license.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new StoreUnavailableException($"The state of {license.Id} was made, but can't be found.");
        var features = LicenseFeatures.Of(state);
        var added = await directory.AddAsync(license, features, answer(state), cancellationToken).ConfigureAwait(false);
        licenses.Forget(features.TenantId);
        return added;
    }

    /// <summary>Notes which features a license has or had.</summary>
    // The state is read after the command, so its note is as new or newer; and of two that are on their way the directory keeps the newer.
    public async ValueTask NoteAsync(string licenseId, CancellationToken cancellationToken)
    {
        if (await meters.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) is { } state)
        {
            var features = LicenseFeatures.Of(state);
            try
            {
                await directory.NoteFeaturesAsync(features, cancellationToken).ConfigureAwait(false);
                _notNoted.TryRemove(licenseId, out _);
            }
            catch when (_notNoted.Count < MaxNotNoted)
            {
                _notNoted.TryAdd(licenseId, true);
                throw;
            }

            // After the write, or a look-up in between would remember what was noted before.
            licenses.Forget(features.TenantId);
        }
    }

    // Commands that can't change what a license has. Of any other, one that is added later included, the features are noted.
    private static bool LeavesFeatures(Command command) =>
        command is Consume or RecordUse or OpenHold or CommitHold or ReleaseHold or SyncLease
        or AddGrant or VoidGrant or OpenBalance or ChangeBalance or ChangeBalanceTerms
        or DecrementUsage or ResetUsage or ResumeUsage or RemoveMachine or Recall or ChangeLicense { Deleted: not true };

    // A machine that was there before has its feature already.
    private static bool MayHaveChanged(ApplyResult result) =>
        result is { Status: ApplyStatus.Applied or ApplyStatus.Replayed, Answer: not (Refusal or MachineAnswer { Created: false }) };

    private async ValueTask<ApplyResult> ApplyAndNoteAsync(
        string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        var result = await meters.ApplyAsync(licenseId, command, once, cancellationToken).ConfigureAwait(false);

        if (MayHaveChanged(result) || _notNoted.ContainsKey(licenseId))
        {
            // The command has been done, so its note is written even when the caller has gone.
            await NoteAsync(licenseId, CancellationToken.None).ConfigureAwait(false);
        }

        return result;
    }
}
