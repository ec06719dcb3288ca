using System.Collections.Immutable;

namespace Metering;

/// <summary>Brings commands to the single writer of a license's state. The port that makes a host a host.</summary>
public interface ILicenseMeters
{
    /// <summary>Most commands in one list; whoever has more sends several lists.</summary>
    const int MaxCommands = 1_000;

    /// <summary>
    /// Applies commands to one license in their order, each on its own: one that is refused or met a fault does not stop those after it,
    /// and nothing else need come between two of them. When the results are returned, all that they counted is durable (rule 9).
    /// </summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="commands">The commands, at most <see cref="MaxCommands"/>.</param>
    /// <param name="cancellationToken">Stops the wait, not the commands.</param>
    /// <returns>One result for each command, in their order. What a single command met is told by its own result.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MaxCommands"/>.</exception>
    ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken);

    /// <summary>Applies one command: a list of one.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="command">The command.</param>
    /// <param name="once">By what it is recognized when it comes again; null: it is not.</param>
    /// <param name="cancellationToken">Stops the wait, not the command.</param>
    async ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken) =>
        (await ApplyAsync(licenseId, [new RequestedCommand(command, once)], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The state as it was last made durable; null when the license has none. Reading changes nothing.</summary>
    ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken);

    /// <summary>
    /// The states of several licenses, in the order of their ids, each as <see cref="ReadAsync"/> gives it: for whoever looks over many. It
    /// does not change which licenses a host keeps in memory.
    /// </summary>
    async ValueTask<IReadOnlyList<LicenseState?>> ReadManyAsync(IReadOnlyList<string> licenseIds, CancellationToken cancellationToken)
    {
        var states = new List<LicenseState?>(licenseIds.Count);
        foreach (var licenseId in licenseIds)
        {
            states.Add(await ReadAsync(licenseId, cancellationToken).ConfigureAwait(false));
        }

        return states;
    }

    /// <summary>Refuses a list that is too long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MaxCommands"/>.</exception>
    static void Check(ImmutableArray<RequestedCommand> commands) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(commands.Length, MaxCommands, nameof(commands));
}
