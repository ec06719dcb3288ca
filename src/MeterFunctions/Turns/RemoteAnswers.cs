using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Turns;

/// <summary>
/// Finds answers that another instance has given: of what was counted by the identity's row, of what was not in the small state of the
/// license's entity.
/// </summary>
internal sealed class RemoteAnswers(LicensePartition partition, EntityMessages messages, HostClock clock, MeterRules rules)
{
    /// <summary>Looks once, and completes what it finds.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="open">Commands whose callers wait.</param>
    /// <param name="withEntity">Whether to look in the entity's state too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it found any.</returns>
    public async ValueTask<bool> FindAsync(
        string licenseId, List<Waiting> open, bool withEntity, CancellationToken cancellationToken)
    {
        var rowKeys = open.SelectMany(one => Identity.Of(one.Command)).Select(identity => identity.RowKey).ToList();
        var rows = await partition.FindAsync(licenseId, rowKeys, cancellationToken).ConfigureAwait(false);
        var memory = new IdentityMemory();
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        memory.Learn(rowKeys, rows, now, rules);
        var state = withEntity ? await messages.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) : null;
        var found = false;
        foreach (var one in open)
        {
            if (memory.FindOwn(one.Command) is { } own)
            {
                one.Complete(new ApplyResult(ApplyStatus.Applied, own));
            }
            else if (Turn.FindFirst(one.Command.Once, new IdentityRows(memory), now, rules) is { } first)
            {
                one.Complete(first.ToApplyResult());
            }
            else if (state?.FindAnswer(one.Command.Id) is { } answer)
            {
                one.Complete(answer.ToResult());
            }
            else
            {
                continue;
            }

            found = true;
        }

        return found;
    }
}
